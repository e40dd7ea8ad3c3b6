package dev.heddle.runtime.task;

import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that share one thread. Each is carried by that thread alone, from its start to its end, so no two of them ever run at
 * the same time: one goes on until it waits, and only then does another get its turn. Between two waits they may use what
 * they share without locks.
 *
 * <p>In a multi-thread runtime a set has a thread of its own, from its first task until it is closed or the runtime shut down.
 * In a current-thread runtime, whose tasks share a thread anyhow, the set's tasks are some of those. "Carried" means that each
 * task still is a virtual thread with its own {@link Thread#currentThread()} and its own thread-locals.
 *
 * <p>Where tasks run on the JDK's scheduler there are no sets: it keeps no task on a thread, and {@code newLocalSet} throws an
 * {@link UnsupportedOperationException} that says how to get workers.
 *
 * <p>What a task of the set starts elsewhere, by {@code spawn} of the runtime, {@code spawnBlocking} or
 * {@link Task#blockInPlace}, is not confined. To have such mistakes found, keep what is shared in a {@link Confined}, or call
 * {@link #checkConfined()} where it is used.
 *
 * <p>All methods may be called from any thread, unless they say otherwise.
 *
 * {@snippet class="dev.heddle.runtime.examples.LocalExamples" region="local-set"}
 */
public interface LocalSet extends AutoCloseable {

    /** Returns the name given when the set was made. */
    String name();

    /**
     * Starts a task in this set. Does not wait for it.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <T> the type of its result
     * @return its handle
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     * @throws IllegalStateException if the set is closed
     */
    <T extends @Nullable Object> JoinHandle<T> spawnLocal(TaskOptions options, Callable<T> body);

    /** Starts a task without a result in this set; see {@link #spawnLocal(TaskOptions, Callable)}. */
    JoinHandle<@Nullable Void> spawnLocal(TaskOptions options, Runnable body);

    /** Starts a task without a name in this set; see {@link #spawnLocal(TaskOptions, Callable)}. */
    default <T extends @Nullable Object> JoinHandle<T> spawnLocal(Callable<T> body) {
        return spawnLocal(TaskOptions.DEFAULT, body);
    }

    /** Starts a task without a name or result in this set; see {@link #spawnLocal(TaskOptions, Callable)}. */
    default JoinHandle<@Nullable Void> spawnLocal(Runnable body) {
        return spawnLocal(TaskOptions.DEFAULT, body);
    }

    /**
     * Returns a view for code that starts tasks where it is told to, such as a {@link JoinSet}: its {@code spawn} is this
     * set's {@code spawnLocal}, its {@code spawnBlocking} the runtime's.
     */
    Spawner asSpawner();

    /** Returns whether the calling code runs on the thread of this set, in a task. */
    boolean isCurrent();

    /**
     * Checks that the calling code runs on the thread of this set, in a task.
     *
     * @throws ConfinementException if it does not; names the call, the thread and the task
     */
    void checkConfined();

    /**
     * Puts something under the guard of this set.
     *
     * @param value what only code of this set may touch
     * @param <V> its type
     */
    default <V> Confined<V> confine(V value) {
        return new Confined<>(this, value);
    }

    /** Returns how many tasks of this set have not ended. */
    int size();

    /**
     * Aborts the tasks that have not ended, waits for them, ends the thread and accepts no more tasks. The wait is not cut
     * short by an interrupt, which stays pending; in a current-thread runtime a caller that is not a task runs the tasks
     * meanwhile, as {@code blockOn} does. Has no effect when it is done already.
     *
     * @throws IllegalStateException if the caller is a task of this set
     */
    @Override
    void close();
}
