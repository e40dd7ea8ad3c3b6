package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.sync.Selectable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.LongAdder;

/**
 * A listening TCP socket whose {@link #accept()} suspends the calling task.
 *
 * <p>Any number of tasks of the runtime that bound it may accept at the same time; {@link #close()} may be called from
 * any thread.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="listener"}
 */
public final class TcpListener implements AutoCloseable {

    /** How many connections may wait to be accepted, unless said otherwise. The system may allow fewer. */
    public static final int DEFAULT_BACKLOG = 1024;

    private final IoSocket socket;
    private final Acceptor acceptor;

    private TcpListener(IoSocket socket, TaskContext context, LongAdder refusals) {
        this.socket = socket;
        this.acceptor = new Acceptor(socket, context.timers(), refusals);
    }

    /**
     * Listens on an address, with {@code SO_REUSEADDR} and a backlog of {@link #DEFAULT_BACKLOG}.
     *
     * @param address where to listen; port 0 lets the system choose
     * @return the listener
     * @throws IOException if the address cannot be bound or the runtime is shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpListener bind(InetSocketAddress address) throws IOException {
        return bind(address, DEFAULT_BACKLOG, false);
    }

    /**
     * Listens on an address, with {@code SO_REUSEADDR}.
     *
     * @param address where to listen; port 0 lets the system choose
     * @param backlog how many connections may wait to be accepted, positive; the system may allow fewer
     * @param reusePort whether other listeners may bind the same address, with this option too: each gets its share of the
     *     connections
     * @return the listener
     * @throws IOException if the address cannot be bound or the runtime is shut down
     * @throws UnsupportedOperationException if the system cannot share ports
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpListener bind(InetSocketAddress address, int backlog, boolean reusePort) throws IOException {
        return bind(address, backlog, reusePort, new LongAdder());
    }

    static TcpListener bind(InetSocketAddress address, int backlog, boolean reusePort, LongAdder refusals)
            throws IOException {
        if (backlog < 1) {
            throw new IllegalArgumentException("A backlog must be positive: " + backlog);
        }
        TaskContext context = CurrentTask.require("TcpListener.bind");
        return new TcpListener(context.io().listen(address, backlog, reusePort), context, refusals);
    }

    /**
     * Waits for a connection. An interrupted wait loses no connection: it stays in the backlog.
     *
     * <p>When the system has no descriptor for a connection, the task waits, a little longer each time up to a second, and
     * tries again; a WARN tells of the first time, and again only after a second in which there was none.
     *
     * @return the connection
     * @throws java.nio.channels.ClosedChannelException if the listener is closed, before or while waiting
     * @throws java.io.InterruptedIOException if the calling task is aborted or its thread interrupted while it waits
     * @throws IOException if the system refuses otherwise or the runtime is shut down
     */
    public TcpStream accept() throws IOException {
        return TcpStream.adopt(acceptor.accept(), acceptor.timers());
    }

    /**
     * Returns what a {@link dev.heddle.runtime.sync.Select} waits for to accept a connection. It is accepted if, and only if,
     * the branch is taken; otherwise it stays in the backlog. When the system has no descriptor for it, the branch is not ready
     * for some time, as {@link #accept()} says. If the listener is closed or the runtime shut down, the select throws that.
     */
    public Selectable<TcpStream> acceptable() {
        return new Acceptable<>(acceptor, TcpStream::adopt);
    }

    /** Returns how often the system had no descriptor for a connection, which then had to wait in the backlog. */
    public long refusals() {
        return acceptor.refusals();
    }

    /**
     * Returns the address that it listens on.
     *
     * @throws IOException if it is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) SocketStream.present(socket.localAddress());
    }

    /**
     * Stops listening. Every waiting {@link #accept()} throws. Closing twice has no effect. With the selector driver the
     * address is given back to the system a moment after this method returns.
     *
     * @throws IOException if the system reports an error
     */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
