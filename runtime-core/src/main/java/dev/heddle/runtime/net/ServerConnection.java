package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.port.TaskPort;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection of a server, and the task that serves it. */
final class ServerConnection implements Traffic {

    private static final Logger LOG = System.getLogger(TcpServer.class.getName());
    private static final VarHandle LAST_ACTIVE;

    static {
        try {
            LAST_ACTIVE = MethodHandles.lookup().findVarHandle(ServerConnection.class, "lastActive", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TcpStream stream;
    private final ConnectionHandler handler;
    private final OpenConnections connections;
    private final ServerCounters counters;
    private final IdleClock clock;

    /** When bytes were last moved, as {@link IdleClock} counts. Opaque: it is read much later, if at all. */
    @SuppressWarnings("unused") // through LAST_ACTIVE
    private int lastActive;

    /** The task, once it has begun and will therefore remove the connection itself. */
    private volatile @Nullable Task running;

    /** Set by the task that accepts; read by whoever stops the server, after that task has ended. */
    private @Nullable JoinHandle<?> task;

    ServerConnection(
            TcpStream stream,
            ConnectionHandler handler,
            OpenConnections connections,
            ServerCounters counters,
            IdleClock clock) {
        this.stream = stream;
        this.handler = handler;
        this.connections = connections;
        this.counters = counters;
        this.clock = clock;
        this.lastActive = clock.now();
        stream.observe(this);
    }

    /**
     * Has a task serve it.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the runtime no longer accepts tasks
     */
    void start(Spawner spawner, TaskOptions options) {
        JoinHandle<?> started = spawner.spawn(options, this::serve);
        task = started;
        TaskPort port = (TaskPort) started;
        port.whenEnded(() -> {
            if (running == null) {
                connections.orphan(this);
                port.schedule(port.nanoTime(), connections::closeOrphans);
            }
        });
    }

    private @Nullable Void serve() throws Exception {
        Task self = Task.current();
        running = self;
        boolean failed = true;
        try {
            handler.handle(stream);
            failed = false;
        } catch (IOException lost) {
            if (isInterruption(lost)) {
                throw lost;
            }
            failed = false;
            LOG.log(Level.DEBUG, "A connection was lost", lost);
        } finally {
            if (failed && !self.isAborted()) {
                counters.failed.increment();
            }
            close();
        }
        return null;
    }

    static boolean isInterruption(Exception thrown) {
        return thrown instanceof InterruptedException
                || (thrown instanceof InterruptedIOException && !(thrown instanceof SocketTimeoutException));
    }

    /** Closes the stream and takes the connection from the list. */
    void close() {
        closeStream();
        connections.remove(this);
    }

    void closeStream() {
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "A connection could not be closed", e);
        }
    }

    /** Asks the handler to come to an end. */
    void drain() {
        try {
            handler.drain(stream);
        } catch (Exception e) {
            LOG.log(Level.DEBUG, "A connection could not be told that the server stops", e);
        }
    }

    void abort() {
        if (task != null) {
            task.abort();
        }
    }

    /** Closes the stream, and so has the handler end, if no byte was moved for the time of the clock. */
    void closeIfIdle() {
        if (clock.isOver((int) LAST_ACTIVE.getOpaque(this)) && stream.isOpen()) {
            counters.idleClosed.increment();
            LOG.log(Level.DEBUG, "A connection was closed, because nothing came or went for long");
            closeStream();
        }
    }

    /** Returns whether the task of this connection is the given one. */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    boolean isServedBy(Task other) {
        return running == other;
    }

    @Override
    public void moved() {
        LAST_ACTIVE.setOpaque(this, clock.now());
    }

    @Override
    public void read(long bytes) {
        counters.bytesRead.add(bytes);
        moved();
    }

    @Override
    public void written(long bytes) {
        counters.bytesWritten.add(bytes);
        moved();
    }
}
