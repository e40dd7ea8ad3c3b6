package dev.heddle.runtime.internal.context;

import dev.heddle.runtime.task.Task;

/** The current task as the runtime's own waiting operations see it. */
public interface TaskContext extends Task {

    /** Returns the timers of the task's runtime. */
    Timers timers();

    /** Returns the I/O driver of the task's runtime. */
    IoDriver io();
}
