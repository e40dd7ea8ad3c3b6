package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.List;

/** Runs tasks. Two implementations: our own workers, and the JDK's scheduler where those are not to be had. */
public interface Scheduler {

    /** Starts the threads. Called once, before the first {@link #schedule}. */
    void start();

    /**
     * Runs a task as soon as its turn comes. Callable from any thread; neither blocks nor throws.
     *
     * @param task bound to the registry, not begun
     */
    void schedule(TaskCell<?> task);

    /**
     * Ends the threads once they have nothing left to run, and waits for them. No new task may be scheduled any more;
     * tasks that were given up and wake later still get a thread.
     *
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     */
    void stop(long deadlineNanos);

    SchedulerKind kind();

    /** Returns one entry a worker, in order of index. */
    List<WorkerMetrics> workers();

    /** Returns how many tasks were handed in from outside the workers and not taken yet. */
    int injectionQueueDepth();

    /** Returns how many continuations of virtual threads that are not tasks were passed on to the JDK's scheduler. */
    long foreignContinuations();
}
