package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.task.TaskCell;

/** One core that nobody steals from, and the thread that drives it: where tasks run that must not run at the same time. */
public interface Confinement {

    /**
     * Runs a task here as soon as its turn comes. Callable from any thread; neither blocks nor throws.
     *
     * @param task bound to the registry, not begun
     */
    void schedule(TaskCell<?> task);

    /** Returns whether the calling thread is a fiber that is carried here. */
    boolean isCurrent();

    /**
     * Ends the thread once it has nothing left to run, if it serves nothing else, and waits for it. No task may be scheduled
     * any more; one that was given up and wakes later still gets a thread.
     *
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     */
    void stop(long deadlineNanos);
}
