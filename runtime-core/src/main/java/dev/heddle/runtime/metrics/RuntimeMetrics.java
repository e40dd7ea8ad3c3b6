package dev.heddle.runtime.metrics;

import java.util.List;

/**
 * The whole runtime at one moment. Counters count from the start of the runtime.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="runtime"}
 *
 * @param name the name of the runtime
 * @param state where the runtime is in its life
 * @param scheduler which scheduler carries the tasks
 * @param schedulerHint why the runtime has no workers of its own, and what to do about it; empty when it has
 * @param driver the name of the I/O driver
 * @param driverHint why sockets are not watched by epoll, and where that can be mended, how; empty if they are
 * @param workers one entry a worker, in order of index; empty when the JDK's scheduler carries the tasks
 * @param injectionQueueDepth tasks handed in from outside the workers and not taken yet
 * @param liveTasks tasks spawned and not ended, of every kind
 * @param spawned tasks spawned
 * @param succeeded tasks that returned a result
 * @param failed tasks whose body threw
 * @param aborted tasks that ended by an abort
 * @param uncaughtFailures failures given to the uncaught handler because nobody observed them
 * @param foreignContinuations continuations of virtual threads that are not tasks and were passed on to the JDK's
 *     scheduler
 * @param armedTimers timers waiting for their deadline
 * @param ioRegistrations sockets registered with the driver
 * @param refusedAccepts times that the system had no descriptor or memory for a connection, which had to wait to be accepted
 * @param blocking the blocking pool
 */
public record RuntimeMetrics(
        String name,
        State state,
        SchedulerKind scheduler,
        String schedulerHint,
        String driver,
        String driverHint,
        List<WorkerMetrics> workers,
        int injectionQueueDepth,
        long liveTasks,
        long spawned,
        long succeeded,
        long failed,
        long aborted,
        long uncaughtFailures,
        long foreignContinuations,
        long armedTimers,
        int ioRegistrations,
        long refusedAccepts,
        BlockingPoolMetrics blocking) {

    public RuntimeMetrics {
        workers = List.copyOf(workers);
    }

    /** Where a runtime is in its life. Each state is entered once, in this order. */
    public enum State {
        /** Built; no thread started yet. */
        NEW,
        /** Accepting and running tasks. */
        RUNNING,
        /** Shutting down: waiting for tasks to end, accepting new ones only from tasks. */
        DRAINING,
        /** Shutting down: the tasks that were left have been aborted, and no new one is accepted. */
        ABORTING,
        /** Ended; its threads are gone, but for those that a task would not leave. */
        TERMINATED
    }

    /** Which scheduler carries the tasks. */
    public enum SchedulerKind {
        /** The runtime's own workers. */
        WORKERS,
        /** Whoever calls {@code blockOn}: the current-thread flavour. */
        CURRENT_THREAD,
        /** The JDK's virtual-thread scheduler, because the runtime was not given access to its own. */
        JDK
    }
}
