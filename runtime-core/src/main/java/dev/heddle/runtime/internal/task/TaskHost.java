package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.task.Spawner;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a task needs of the runtime that it belongs to. */
public interface TaskHost {

    /** Returns the runtime's timers. */
    Timers timers();

    /** Returns the time to note for a task that is spawned now, in terms of {@link Timers#nanoTime()}; cheap and coarse. */
    long spawnNanos();

    /** Returns whether the calling task has gone on for longer than its share while others may wait. */
    boolean isTimeSliceOver();

    /** Returns the runtime's I/O driver. */
    IoDriver io();

    /** Returns what finds the addresses of hosts. */
    Resolver resolver();

    /** Returns what starts tasks in the runtime, for its users. */
    Spawner spawner();

    /**
     * Starts a task on the blocking pool that stands for another one and is none of its own to listeners.
     *
     * @param task not bound to the registry
     * @throws java.util.concurrent.RejectedExecutionException if the runtime or the pool accepts no more
     */
    void lend(TaskCell<?> task);

    /**
     * Puts around the body of a task that is to be lent what the runtime's context carriers capture on the calling thread.
     *
     * @param body what the lent task is to run
     * @param <T> the type of its result
     */
    <T extends @Nullable Object> Callable<T> carried(Callable<T> body);

    /**
     * Runs an action in a task of its own once a deadline has passed, unless the runtime has begun to abort its tasks.
     *
     * @param deadlineNanos in terms of {@link Timers#nanoTime()}
     * @param action what to run
     * @return the armed timer
     */
    Timers.Timer schedule(long deadlineNanos, Runnable action);

    /** Returns the list of live tasks. */
    TaskRegistry registry();

    /**
     * Told of each failure, before the task's handle completes.
     *
     * @param task the task that failed
     * @param failure what its body threw
     */
    void taskFailed(TaskCell<?> task, Throwable failure);

    /**
     * Told of a body that goes on although its time is over and it was interrupted. Must not wait.
     *
     * @param task the task that runs it
     * @param limit the time that it had
     */
    void taskOverran(TaskCell<?> task, Duration limit);
}
