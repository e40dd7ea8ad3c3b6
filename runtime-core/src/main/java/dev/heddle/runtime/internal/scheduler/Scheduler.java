package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.internal.task.TaskRegistry;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.List;

/**
 * Runs tasks. Three implementations: our own workers, whoever waits for a task, and the JDK's scheduler where those are not
 * to be had.
 */
public interface Scheduler {

    /**
     * Has somebody told what threads and tasks do. Before {@link #start}, if at all.
     *
     * @param hooks whom to tell
     */
    void tell(RuntimeHooks hooks);

    /**
     * Starts the threads. Called once, before the first {@link #schedule}. If it throws, {@link #stop} ends what was started.
     */
    void start();

    /**
     * Runs a task as soon as its turn comes. Callable from any thread; neither blocks nor throws.
     *
     * @param task bound to the registry, not begun
     */
    void schedule(TaskCell<?> task);

    /**
     * Runs a task for a caller that waits for it: on the calling thread, or carried by it.
     *
     * @param task bound to the registry, not begun
     */
    void runToEnd(TaskCell<?> task);

    /**
     * Ends the threads once they have nothing left to run, and waits for them. No new task may be scheduled any more;
     * tasks that were given up and wake later still get a thread.
     *
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     */
    void stop(long deadlineNanos);

    /**
     * Waits until no task is alive, running tasks meanwhile if there is no other thread to do so. May return early.
     *
     * @param registry whose {@link TaskRegistry#awaitEmpty} is under way on the calling thread
     * @param deadlineNanos when to return at the latest, in terms of {@link System#nanoTime()}
     */
    void awaitEmpty(TaskRegistry registry, long deadlineNanos);

    /** Returns the time, some milliseconds late at most while the workers get their turn; cheap. */
    long coarseNanoTime();

    /** Returns the index of the worker that carries the calling thread, or -1 if none of this scheduler does. */
    int currentWorker();

    /** Returns whether the calling task has gone on for longer than its share while others may wait. */
    boolean isTimeSliceOver();

    /**
     * Changes how many workers there are. Workers to be dismissed go once the task that they run suspends or ends.
     *
     * @param count from 1
     * @throws UnsupportedOperationException if the scheduler has no workers of its own
     */
    void resize(int count);

    SchedulerKind kind();

    /** Returns one entry a worker, in order of index. */
    List<WorkerMetrics> workers();

    /** Returns how many tasks were handed in from outside the workers and not taken yet. */
    int injectionQueueDepth();

    /** Returns how many continuations of virtual threads that are not tasks were passed on to the JDK's scheduler. */
    long foreignContinuations();
}
