package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Timers;

/** What a task needs of the runtime that it belongs to. */
public interface TaskHost {

    /** Returns the runtime's timers. */
    Timers timers();

    /** Returns the runtime's I/O driver. */
    IoDriver io();

    /** Returns the list of live tasks. */
    TaskRegistry registry();

    /**
     * Told of each failure, before the task's handle completes.
     *
     * @param task the task that failed
     * @param failure what its body threw
     */
    void taskFailed(TaskCell<?> task, Throwable failure);
}
