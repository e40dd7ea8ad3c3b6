package dev.heddle.runtime.net;

import dev.heddle.runtime.net.TcpServerMetrics.State;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Listens on an address and has a {@link ConnectionHandler} serve each connection in a task of its own, as long as it is
 * started. It limits how many there are, closes those on which nothing happens, counts, and comes to a graceful end.
 *
 * <p>A server may be started again after it was stopped. All methods may be called from any thread, tasks included. Those that
 * wait suspend a task and block an ordinary thread; in a current-thread runtime some thread has to run the tasks meanwhile, so
 * call them from a task there.
 *
 * <p>When the runtime is shut down before the server is stopped, its tasks are drained and aborted like all others; the server
 * still has to be closed.
 *
 * {@snippet class="dev.heddle.runtime.examples.ServerExamples" region="server"}
 */
public final class TcpServer implements AutoCloseable {

    /** How long handlers have to unwind after they were aborted. */
    private static final Duration UNWINDING = Duration.ofSeconds(1);

    /** What a server does about clients that come while it has as many connections as it may. */
    public enum Overflow {
        /** It accepts nobody until a connection has ended. Clients wait in the backlog, which the system limits. */
        WAIT,
        /** It accepts them, has the handler {@linkplain ConnectionHandler#refuse tell} them, and closes the connection. */
        REFUSE
    }

    private final Spawner spawner;
    private final TcpServerBuilder settings;
    private final ServerCounters counters = new ServerCounters();
    private final OpenConnections connections = new OpenConnections();

    /** Held while it starts and stops. Never taken on a worker's own stack. */
    private final ReentrantLock lifecycle = new ReentrantLock();

    private volatile @Nullable Acceptance acceptance;
    private volatile boolean draining;

    TcpServer(TcpServerBuilder settings) {
        this.settings = settings;
        this.spawner = settings.spawner;
    }

    /**
     * Returns a builder.
     *
     * @param spawner the runtime whose tasks accept and serve
     * @param handler serves the connections
     */
    public static TcpServerBuilder builder(Spawner spawner, ConnectionHandler handler) {
        return new TcpServerBuilder(spawner, handler);
    }

    /** Returns the name given to the builder. */
    public String name() {
        return settings.name;
    }

    /** Returns the address given to the builder, whose port may be 0. */
    public InetSocketAddress bindAddress() {
        return settings.address;
    }

    /**
     * Binds the address and begins to accept. Has no effect if it is started.
     *
     * @throws IOException if the address cannot be bound, {@link java.net.BindException} if it is taken; the server is not
     *     started then
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     */
    public void start() throws IOException {
        lifecycle.lock();
        try {
            if (acceptance == null) {
                acceptance = Acceptance.begin(settings, connections, counters);
            }
        } finally {
            lifecycle.unlock();
        }
    }

    /**
     * Stops listening, has the handlers {@linkplain ConnectionHandler#drain come to an end}, and waits for them. When the time
     * is over, or the caller is interrupted, those that are left are aborted and have a second more to unwind; an interrupt stays
     * pending. Returns when no handler runs any more, but for those that ignore all that. Has no effect if it is not started.
     *
     * @param drainTimeout how long handlers may take, in real time; zero aborts at once
     * @return what happened
     * @throws IllegalStateException if called by a handler of this server, which would wait for itself
     */
    public DrainReport stop(Duration drainTimeout) {
        if (drainTimeout.isNegative()) {
            throw new IllegalArgumentException("The drain timeout must not be negative: " + drainTimeout);
        }
        rejectHandlers();
        lifecycle.lock();
        try {
            Acceptance current = acceptance;
            if (current == null) {
                return DrainReport.NOTHING;
            }
            draining = true;
            try {
                return drain(current, drainTimeout);
            } finally {
                acceptance = null;
                draining = false;
            }
        } finally {
            lifecycle.unlock();
        }
    }

    private void rejectHandlers() {
        Task caller = Task.currentIfAny().orElse(null);
        if (caller == null) {
            return;
        }
        Acceptance current = acceptance;
        boolean isOurs = current != null && current.isAcceptedBy(caller);
        for (ServerConnection connection : connections) {
            isOurs |= connection.isServedBy(caller);
        }
        if (isOurs) {
            throw new IllegalStateException(
                    "A handler of server '" + name() + "' cannot stop it, for it would wait for itself");
        }
    }

    private DrainReport drain(Acceptance current, Duration drainTimeout) {
        long begin = System.nanoTime();
        current.end(UNWINDING);
        int open = connections.size();
        boolean interrupted = false;
        boolean allEnded = open == 0;
        if (!allEnded && drainTimeout.isPositive()) {
            Runnable endFarewells = sayFarewell();
            try {
                allEnded = connections.awaitNone(Timeouts.nanos(drainTimeout));
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                endFarewells.run();
            }
        }
        int aborted = 0;
        if (!allEnded) {
            List<ServerConnection> left = new ArrayList<>();
            connections.forEach(left::add);
            aborted = left.size();
            left.forEach(ServerConnection::abort);
            interrupted |= unwind();
            left.forEach(ServerConnection::closeStream);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return new DrainReport(
                Duration.ofNanos(System.nanoTime() - begin), open - aborted, aborted, connections.size());
    }

    /** Has the handlers told, by a task that is ended by the action returned. */
    private Runnable sayFarewell() {
        try {
            return spawner.spawn(
                    TaskOptions.named(name() + "-drain").asDetached(),
                    () -> connections.forEach(ServerConnection::drain))::abort;
        } catch (RejectedExecutionException shutDown) {
            return () -> {};
        }
    }

    /** Waits for those that were aborted, and returns whether it was interrupted meanwhile. */
    private boolean unwind() {
        boolean interrupted = false;
        long end = System.nanoTime() + UNWINDING.toNanos();
        for (; ; ) {
            try {
                connections.awaitNone(end - System.nanoTime());
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    /**
     * Returns the address that it listens on, with the port that the system has chosen.
     *
     * @throws IllegalStateException if it is not started
     */
    public InetSocketAddress localAddress() {
        Acceptance current = acceptance;
        if (current == null) {
            throw new IllegalStateException("Server '" + name() + "' is not started");
        }
        return current.address();
    }

    /** Returns whether it was started, and not stopped since. While it stops, it still is. */
    public boolean isStarted() {
        return acceptance != null;
    }

    /** Returns the state and counters as they are now. Does not wait. */
    public TcpServerMetrics metrics() {
        Acceptance current = acceptance;
        return new TcpServerMetrics(
                name(),
                state(current),
                current == null ? null : current.address(),
                connections.size(),
                settings.maxConnections,
                counters.accepted.sum(),
                counters.refused.sum(),
                counters.failed.sum(),
                counters.idleClosed.sum(),
                counters.acceptErrors.sum(),
                counters.bytesRead.sum(),
                counters.bytesWritten.sum());
    }

    private State state(@Nullable Acceptance current) {
        if (current == null) {
            return State.STOPPED;
        }
        if (draining) {
            return State.DRAINING;
        }
        return current.isAccepting() ? State.LISTENING : State.BROKEN;
    }

    /**
     * Stops at once, aborting all connections; see {@link #stop}.
     *
     * @throws IllegalStateException as {@link #stop} does
     */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    @Override
    public String toString() {
        return "server " + name();
    }
}
