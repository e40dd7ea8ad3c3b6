package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.WorkerMetrics;
import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerMetrics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
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
 * @param driver the I/O driver: {@code epoll} or {@code selector}
 * @param driverHint why sockets are not watched by epoll, and where that can be mended, how; absent when they are
 * @param workers its workers, by index; one in the current-thread flavour, whichever thread it is; none with the fallback
 * @param injectionQueueDepth tasks handed in from outside the workers and not taken yet
 * @param tasks how many tasks there are and were
 * @param armedTimers timers waiting for their deadline
 * @param ioRegistrations sockets registered with the driver
 * @param refusedAccepts times that the system had no descriptor or memory for a connection
 * @param foreignContinuations continuations of other virtual threads that were passed on to the JDK
 * @param blocking the blocking pool
 * @param tcpServers the TCP servers that are beans, by name
 */
public record RuntimeDescriptor(
        String name,
        String state,
        String scheduler,
        @Nullable String schedulerHint,
        String driver,
        @Nullable String driverHint,
        List<WorkerDescriptor> workers,
        int injectionQueueDepth,
        TaskCounts tasks,
        long armedTimers,
        int ioRegistrations,
        long refusedAccepts,
        long foreignContinuations,
        BlockingPoolDescriptor blocking,
        List<TcpServerDescriptor> tcpServers)
        implements OperationResponseBody {

    static RuntimeDescriptor of(RuntimeMetrics metrics, Iterable<TcpServer> servers) {
        return new RuntimeDescriptor(
                metrics.name(),
                Text.of(metrics.state()),
                Text.of(metrics.scheduler()),
                metrics.schedulerHint().isEmpty() ? null : metrics.schedulerHint(),
                metrics.driver(),
                metrics.driverHint().isEmpty() ? null : metrics.driverHint(),
                metrics.workers().stream().map(WorkerDescriptor::of).toList(),
                metrics.injectionQueueDepth(),
                TaskCounts.of(metrics),
                metrics.armedTimers(),
                metrics.ioRegistrations(),
                metrics.refusedAccepts(),
                metrics.foreignContinuations(),
                BlockingPoolDescriptor.of(metrics.blocking()),
                StreamSupport.stream(servers.spliterator(), false)
                        .map(server -> TcpServerDescriptor.of(server.metrics()))
                        .toList());
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

    /**
     * A TCP server.
     *
     * @param name its name
     * @param state {@code stopped}, {@code listening}, {@code draining}, or {@code broken} when it was started and accepts
     *     nobody
     * @param address where it listens, as host and port, an IPv6 host in brackets; absent when it is stopped
     * @param openConnections connections that are being served
     * @param maxConnections the most connections that it serves at a time
     */
    public record TcpServerDescriptor(
            String name, String state, @Nullable String address, int openConnections, int maxConnections) {

        static TcpServerDescriptor of(TcpServerMetrics server) {
            InetSocketAddress address = server.address();
            return new TcpServerDescriptor(
                    server.name(),
                    Text.of(server.state()),
                    address == null ? null : TcpServers.hostAndPort(address),
                    server.open(),
                    server.maxConnections());
        }
    }
}
