package dev.heddle.runtime.task;

import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Starts tasks. A port: code that only needs to start tasks asks for this and not for the whole runtime.
 *
 * <p>Callable from any thread; no method waits for the task, and none blocks.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="spawner"}
 */
public interface Spawner {

    /**
     * Starts a task on the workers. The body is ordinary Java code: whatever parks its thread suspends the task without
     * holding a worker.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <T> the type of its result
     * @return its handle
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     */
    <T extends @Nullable Object> JoinHandle<T> spawn(TaskOptions options, Callable<T> body);

    /**
     * Starts a task on the blocking pool, which has platform threads: for native calls, file I/O and work that keeps a
     * core busy for long, all of which would hold a worker.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <T> the type of its result
     * @return its handle
     * @throws RejectedExecutionException if the runtime no longer accepts tasks, or the pool's queue is bounded and full
     */
    <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body);

    /** Starts a task without a name; see {@link #spawn(TaskOptions, Callable)}. */
    default <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> body) {
        return spawn(TaskOptions.DEFAULT, body);
    }

    /** Starts a task without a name or result; see {@link #spawn(TaskOptions, Callable)}. */
    default JoinHandle<@Nullable Void> spawn(Runnable body) {
        return spawn(TaskOptions.DEFAULT, body);
    }

    /** Starts a task without a result; see {@link #spawn(TaskOptions, Callable)}. */
    JoinHandle<@Nullable Void> spawn(TaskOptions options, Runnable body);

    /** Starts a blocking task without a name; see {@link #spawnBlocking(TaskOptions, Callable)}. */
    default <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> body) {
        return spawnBlocking(TaskOptions.DEFAULT, body);
    }

    /** Starts a blocking task without a name or result; see {@link #spawnBlocking(TaskOptions, Callable)}. */
    default JoinHandle<@Nullable Void> spawnBlocking(Runnable body) {
        return spawnBlocking(TaskOptions.DEFAULT, body);
    }

    /** Starts a blocking task without a result; see {@link #spawnBlocking(TaskOptions, Callable)}. */
    JoinHandle<@Nullable Void> spawnBlocking(TaskOptions options, Runnable body);
}
