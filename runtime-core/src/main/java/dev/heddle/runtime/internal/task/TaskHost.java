package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;

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
