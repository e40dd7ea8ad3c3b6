package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A server from one start to the next stop: its listener, the task that accepts, and the one that closes idle connections. */
final class Acceptance {

    private static final Logger LOG = System.getLogger(TcpServer.class.getName());

    /** When the system refuses a connection for whatever reason, it would refuse the next one at once. */
    private static final long PAUSE_AFTER_ERROR_NANOS = 100_000_000;

    /** Refusing is done by the task that accepts. */
    private static final Duration REFUSAL_LIMIT = Duration.ofSeconds(1);

    private static final long SHORTEST_TICK_NANOS = 1_000_000;

    private final TcpServerBuilder settings;
    private final OpenConnections connections;
    private final ServerCounters counters;
    private final TcpListener listener;
    private final InetSocketAddress address;
    private final TaskOptions connectionOptions;
    private final IdleClock idleClock = new IdleClock();
    private final JoinHandle<?> acceptor;
    private final @Nullable JoinHandle<?> idleCloser;

    /** The task that accepts, once it has begun. */
    private volatile @Nullable Task accepting;

    /** Whose client is being told that he is refused, by code that is not ours. */
    private volatile @Nullable TcpStream refused;

    private Acceptance(
            TcpServerBuilder settings, OpenConnections connections, ServerCounters counters, TcpListener listener)
            throws IOException {
        this.settings = settings;
        this.connections = connections;
        this.counters = counters;
        this.listener = listener;
        this.address = listener.localAddress();
        this.connectionOptions = options("connection");
        Duration idleTimeout = settings.idleTimeout;
        this.idleCloser = idleTimeout == null
                ? null
                : settings.spawner.spawn(options("idle"), () -> closeIdle(Timeouts.nanos(idleTimeout)));
        this.acceptor = settings.spawner.spawn(options("accept"), this::acceptAll);
    }

    private TaskOptions options(String role) {
        return TaskOptions.named(settings.name + "-" + role).asDetached();
    }

    /**
     * Binds and begins to accept.
     *
     * @throws IOException if the address cannot be bound
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     */
    static Acceptance begin(TcpServerBuilder settings, OpenConnections connections, ServerCounters counters)
            throws IOException {
        TcpListener listener = bind(settings, counters);
        try {
            return new Acceptance(settings, connections, counters, listener);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** A listener belongs to the runtime of the task that binds it. Binding does not wait, so neither does this for long. */
    private static TcpListener bind(TcpServerBuilder settings, ServerCounters counters) throws IOException {
        JoinHandle<TcpListener> binding = settings.spawner.spawn(
                TaskOptions.named(settings.name + "-bind"),
                () -> TcpListener.bind(settings.address, settings.backlog, settings.reusePort, counters.acceptErrors));
        boolean interrupted = false;
        try {
            for (; ; ) {
                try {
                    return binding.join();
                } catch (CancellationException e) {
                    if (binding.isCancelled()) {
                        throw new IOException("The runtime is shut down", e);
                    }
                    // It may have bound the listener by now, which nobody else would close.
                    interrupted |= Thread.interrupted();
                } catch (CompletionException e) {
                    if (e.getCause() instanceof IOException refused) {
                        throw refused;
                    }
                    throw e;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    InetSocketAddress address() {
        return address;
    }

    boolean isAccepting() {
        return !acceptor.isFinished();
    }

    /** Returns whether a task is the one that accepts, and so the one that has clients told that they are refused. */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    boolean isAcceptedBy(Task other) {
        return accepting == other;
    }

    /**
     * Stops accepting. When this returns, no connection is added any more, and none is closed for being idle.
     *
     * @param patience how long whoever tells a client that he is refused has to unwind
     */
    void end(Duration patience) {
        closeListener();
        boolean interrupted = abortAndJoin(acceptor, patience, this::letRefusedGo);
        if (idleCloser != null) {
            interrupted |= abortAndJoin(idleCloser, patience, () -> false);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Ends one of the two tasks, neither of which does anything that could take long unless it is in code that is not ours.
     *
     * @param patience how long to wait at a time
     * @param giveUp asked after each: whether not to wait any longer
     * @return whether the caller was interrupted meanwhile
     */
    private static boolean abortAndJoin(JoinHandle<?> task, Duration patience, BooleanSupplier giveUp) {
        task.abort();
        boolean interrupted = false;
        while (!task.isFinished()) {
            try {
                task.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | CancellationException ended) {
                // A failure was reported as one that nobody saw.
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (TimeoutException e) {
                if (giveUp.getAsBoolean()) {
                    break;
                }
            }
        }
        return interrupted;
    }

    /**
     * Closes the stream of the client that is being told that he is refused, if there is one. Whoever tells him may go on with
     * that: the listener is closed, so nothing is accepted afterwards.
     */
    private boolean letRefusedGo() {
        TcpStream stream = refused;
        if (stream == null) {
            return false;
        }
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A client that is refused could not be let go", e);
        }
        return true;
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The listener of server '" + settings.name + "' could not be closed", e);
        }
    }

    private @Nullable Void acceptAll() throws IOException, InterruptedException {
        accepting = Task.current();
        try {
            for (; ; ) {
                if (settings.overflow == TcpServer.Overflow.WAIT) {
                    connections.awaitRoom(settings.maxConnections);
                }
                admit(accept());
            }
        } catch (ClosedChannelException stopped) {
            return null;
        } finally {
            // Whoever has aborted this task has ended the server: clients had better not wait in the backlog.
            closeListener();
        }
    }

    private TcpStream accept() throws IOException, InterruptedException {
        for (boolean reported = false; ; reported = true) {
            try {
                return listener.accept();
            } catch (ClosedChannelException | InterruptedIOException ended) {
                throw ended;
            } catch (IOException refused) {
                counters.acceptErrors.increment();
                if (!reported) {
                    LOG.log(
                            Level.WARNING,
                            "Server '" + settings.name + "' cannot accept, and tries again every 100 ms",
                            refused);
                }
                sleep(PAUSE_AFTER_ERROR_NANOS);
            }
        }
    }

    private static void sleep(long nanos) throws InterruptedException {
        CurrentTask.require("TcpServer").timers().sleep(nanos);
    }

    private void admit(TcpStream stream) {
        if (connections.size() >= settings.maxConnections) {
            refuse(stream);
            return;
        }
        counters.accepted.increment();
        ServerConnection connection = new ServerConnection(stream, settings.handler, connections, counters, idleClock);
        connections.add(connection);
        try {
            connection.start(settings.spawner, connectionOptions);
        } catch (RejectedExecutionException shutDown) {
            connection.close();
        }
    }

    private void refuse(TcpStream stream) {
        counters.refused.increment();
        refused = stream;
        try (stream) {
            stream.setReadTimeout(REFUSAL_LIMIT);
            stream.setWriteTimeout(REFUSAL_LIMIT);
            settings.handler.refuse(stream);
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "A client could not be told that it is refused", e);
            if (ServerConnection.isInterruption(e)) {
                Thread.currentThread().interrupt();
            }
        } finally {
            refused = null;
        }
    }

    private @Nullable Void closeIdle(long timeoutNanos) throws InterruptedException {
        long tick = Math.max(SHORTEST_TICK_NANOS, Math.ceilDiv(timeoutNanos, IdleClock.PARTS));
        for (; ; ) {
            connections.awaitAny();
            sleep(tick);
            idleClock.tick();
            connections.forEach(ServerConnection::closeIfIdle);
        }
    }
}
