package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A runtime, as the {@link RuntimeEndpoint} describes it.
 *
 * @param name its name
 * @param state {@code new}, {@code running}, {@code draining}, {@code aborting} or {@code terminated}
 * @param scheduler what runs the tasks: {@code workers}, {@code current-thread} in that flavour, {@code jdk} for the
 *     fallback
 * @param schedulerHint why the runtime has no workers of its own, and how to mend it; absent when it has
 * @param driver the I/O driver
 * @param workers its workers, by index; one in the current-thread flavour, whichever thread it is; none with the fallback
 * @param injectionQueueDepth tasks handed in from outside the workers and not taken yet
 * @param tasks how many tasks there are and were
 * @param armedTimers timers waiting for their deadline
 * @param ioRegistrations sockets registered with the driver
 * @param foreignContinuations continuations of other virtual threads that were passed on to the JDK
 * @param blocking the blocking pool
 */
public record RuntimeDescriptor(
        String name,
        String state,
        String scheduler,
        @Nullable String schedulerHint,
        String driver,
        List<WorkerDescriptor> workers,
        int injectionQueueDepth,
        TaskCounts tasks,
        long armedTimers,
        int ioRegistrations,
        long foreignContinuations,
        BlockingPoolDescriptor blocking)
        implements OperationResponseBody {

    static RuntimeDescriptor of(RuntimeMetrics metrics) {
        return new RuntimeDescriptor(
                metrics.name(),
                Text.of(metrics.state()),
                Text.of(metrics.scheduler()),
                metrics.schedulerHint().isEmpty() ? null : metrics.schedulerHint(),
                metrics.driver(),
                metrics.workers().stream().map(WorkerDescriptor::of).toList(),
                metrics.injectionQueueDepth(),
                TaskCounts.of(metrics),
                metrics.armedTimers(),
                metrics.ioRegistrations(),
                metrics.foreignContinuations(),
                BlockingPoolDescriptor.of(metrics.blocking()));
    }

    /**
     * A worker.
     *
     * @param index its number, from 0
     * @param state {@code active}, {@code parked} or {@code parked-in-driver}
     * @param localQueueDepth tasks in its own queue
     * @param runs times that it started or resumed a task
     * @param parks times that it went to sleep for want of work
     * @param steals times that it took tasks from another worker
     * @param stolenTasks tasks that it took from other workers
     * @param overflows times that its queue was full
     * @param busy time that it was not parked
     */
    public record WorkerDescriptor(
            int index,
            String state,
            int localQueueDepth,
            long runs,
            long parks,
            long steals,
            long stolenTasks,
            long overflows,
            Duration busy) {

        static WorkerDescriptor of(WorkerMetrics worker) {
            return new WorkerDescriptor(
                    worker.index(),
                    Text.of(worker.state()),
                    worker.localQueueDepth(),
                    worker.runs(),
                    worker.parks(),
                    worker.steals(),
                    worker.stolenTasks(),
                    worker.overflows(),
                    worker.busy());
        }
    }

    /**
     * How many tasks there are and were.
     *
     * @param live spawned and not ended
     * @param spawned spawned since the start
     * @param succeeded ended with a result
     * @param failed ended by an exception
     * @param aborted ended by an abort
     * @param uncaught failures that nobody observed
     */
    public record TaskCounts(long live, long spawned, long succeeded, long failed, long aborted, long uncaught) {

        static TaskCounts of(RuntimeMetrics metrics) {
            return new TaskCounts(
                    metrics.liveTasks(),
                    metrics.spawned(),
                    metrics.succeeded(),
                    metrics.failed(),
                    metrics.aborted(),
                    metrics.uncaughtFailures());
        }
    }

    /**
     * The blocking pool.
     *
     * @param threads threads alive
     * @param idleThreads threads waiting for a task
     * @param maxThreads the most threads it may have
     * @param queueDepth tasks waiting for a thread
     * @param queueCapacity the most tasks that may wait; absent when unbounded
     * @param completed tasks that have ended
     * @param rejected tasks refused because the queue was full
     */
    public record BlockingPoolDescriptor(
            int threads,
            int idleThreads,
            int maxThreads,
            int queueDepth,
            @Nullable Integer queueCapacity,
            long completed,
            long rejected) {

        static BlockingPoolDescriptor of(BlockingPoolMetrics pool) {
            return new BlockingPoolDescriptor(
                    pool.threads(),
                    pool.idleThreads(),
                    pool.maxThreads(),
                    pool.queueDepth(),
                    pool.queueCapacity() == Integer.MAX_VALUE ? null : pool.queueCapacity(),
                    pool.completed(),
                    pool.rejected());
        }
    }
}
