package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.port.TaskGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one kind whose results are wanted in the order in which they come.
 *
 * <p>A task is in the set from its spawn until it is taken from it by {@link #joinNext()} and the like; a result that nobody
 * takes is kept. {@link #close()} aborts what is left, so no task outlives the set unless it is {@linkplain #detachAll()
 * detached}. A failure that nobody looks at is reported as that of any other task.
 *
 * <p>All methods may be called from any thread, also at the same time; each task is taken once. Those that wait suspend the
 * caller when it is a task, and block it when it is an ordinary thread; of a current-thread runtime some thread has to run the
 * tasks meanwhile, by a {@code blockOn}. An interrupt ends the wait as it does for
 * {@link JoinHandle#join()}: in a task by a {@link CancellationException} and with the interrupt still pending, on an ordinary
 * thread not at all. Nothing is lost by that: what has ended is there for the next call.
 *
 * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="join-set"}
 *
 * @param <T> the type of the results
 */
public final class JoinSet<T extends @Nullable Object> implements AutoCloseable {

    private final Spawner spawner;
    private final TaskGroup<JoinHandle<T>> group = new TaskGroup<>();

    /**
     * Makes an empty set.
     *
     * @param spawner where its tasks are started
     */
    public JoinSet(Spawner spawner) {
        this.spawner = spawner;
    }

    /** Starts a task without a name in this set; see {@link #spawn(TaskOptions, Callable)}. */
    public JoinHandle<T> spawn(Callable<T> body) {
        return spawn(TaskOptions.DEFAULT, body);
    }

    /**
     * Starts a task on the workers, in this set.
     *
     * @param options its name and the like
     * @param body what to run
     * @return its handle; joining it does not take the task from the set
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     * @throws IllegalStateException if the set is closed
     */
    public JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
        group.checkOpen();
        return added(spawner.spawn(options, body));
    }

    /** Starts a blocking task without a name in this set; see {@link #spawnBlocking(TaskOptions, Callable)}. */
    public JoinHandle<T> spawnBlocking(Callable<T> body) {
        return spawnBlocking(TaskOptions.DEFAULT, body);
    }

    /**
     * Starts a task on the blocking pool, in this set.
     *
     * @param options its name and the like
     * @param body what to run
     * @return its handle; joining it does not take the task from the set
     * @throws RejectedExecutionException if the runtime no longer accepts tasks, or the pool's queue is bounded and full
     * @throws IllegalStateException if the set is closed
     */
    public JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
        group.checkOpen();
        return added(spawner.spawnBlocking(options, body));
    }

    private JoinHandle<T> added(JoinHandle<T> task) {
        group.add(task);
        return task;
    }

    /**
     * Takes the next task that ends, in the order in which they do; waits for it if none has yet.
     *
     * @return the handle of a task that has ended, in whatever way; {@code null} if the set is empty
     * @throws CancellationException if the waiting task is interrupted
     */
    public @Nullable JoinHandle<T> joinNext() {
        return group.take();
    }

    /**
     * Takes a task that has ended, without waiting.
     *
     * @return the handle of the one that ended first; {@code null} if none has ended or the set is empty
     */
    public @Nullable JoinHandle<T> tryJoinNext() {
        return group.poll();
    }

    /**
     * Takes all tasks, and returns their results in the order in which they ended. At the first that fails or was aborted,
     * the others are aborted and waited for.
     *
     * @return the results
     * @throws CompletionException if a task failed; the cause is what its body threw
     * @throws CancellationException if a task was aborted, or the waiting task interrupted; in the latter case what has not
     *     ended stays in the set
     */
    public List<T> joinAll() {
        List<T> results = new ArrayList<>();
        for (JoinHandle<T> next = joinNext(); next != null; next = joinNext()) {
            try {
                results.add(next.join());
            } catch (CompletionException | CancellationException failure) {
                group.abortAll();
                group.awaitNoneAliveUninterruptibly();
                dropEnded();
                throw failure;
            }
        }
        return results;
    }

    /** Asks every task that has not ended to end early. They stay in the set. */
    public void abortAll() {
        group.abortAll();
    }

    /** Takes every task from the set and leaves it to itself: those that run go on, results that wait are given up. */
    public void detachAll() {
        group.detachAll();
    }

    /** Returns how many tasks are in the set, whether they run or have ended and were not taken yet. */
    public int size() {
        return group.size();
    }

    /** Returns whether no task is in the set. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Aborts what is left, waits for it to end, and accepts no more tasks. The wait is not cut short by an interrupt, which
     * stays pending. Has no effect when it is done already.
     *
     * @throws IllegalStateException if the caller is a task of this set. One that gets here before the spawn that started
     *     it has returned is none yet: then that spawn throws, as for any set that is closed
     */
    @Override
    public void close() {
        group.checkNotInside("close it");
        group.close();
        group.abortAll();
        group.awaitNoneAliveUninterruptibly();
        dropEnded();
    }

    private void dropEnded() {
        while (group.poll() != null) {
            // Nobody asks for its result any more; a failure is reported all the same.
        }
    }
}
