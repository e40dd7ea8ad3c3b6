package dev.heddle.runtime.metrics;

import java.time.Duration;

/**
 * Counters of one worker since the runtime started. Each is written by the worker alone and read without stopping it,
 * so values of one snapshot may be a few operations apart. A worker that takes the index of one that has left, after
 * {@link dev.heddle.runtime.AsyncRuntime#resize}, goes on with its counters.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="workers"}
 *
 * @param index the number of the worker, from 0
 * @param state what the worker was doing
 * @param localQueueDepth tasks in its local queue, its LIFO slot included
 * @param runs how many times it has started or resumed a task
 * @param parks how many times it has gone to sleep for want of work
 * @param steals how many times it has taken tasks from another worker
 * @param stolenTasks how many tasks it has taken from other workers
 * @param overflows how many times its local queue was full and half of it moved to the injection queue
 * @param busy the time that it was there and not parked
 */
public record WorkerMetrics(
        int index,
        State state,
        int localQueueDepth,
        long runs,
        long parks,
        long steals,
        long stolenTasks,
        long overflows,
        Duration busy) {

    /** What a worker was doing. */
    public enum State {
        /** Running tasks or looking for some. */
        ACTIVE,
        /** Asleep until somebody wakes it. */
        PARKED,
        /** Asleep in the driver, until I/O is ready, a timer is due or somebody wakes it. */
        PARKED_IN_DRIVER
    }
}
