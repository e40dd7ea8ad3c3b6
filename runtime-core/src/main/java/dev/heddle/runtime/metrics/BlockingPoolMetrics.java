package dev.heddle.runtime.metrics;

/**
 * The blocking pool at one moment.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="pool"}
 *
 * @param threads threads alive
 * @param idleThreads threads waiting for a task
 * @param maxThreads the most threads it may have
 * @param queueDepth tasks waiting for a thread
 * @param queueCapacity the most tasks that may wait; {@link Integer#MAX_VALUE} when unbounded
 * @param completed tasks that have ended since the start
 * @param rejected tasks refused because the queue was full
 */
public record BlockingPoolMetrics(
        int threads,
        int idleThreads,
        int maxThreads,
        int queueDepth,
        int queueCapacity,
        long completed,
        long rejected) {}
