package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection whose operations suspend the calling task while they wait. {@code TCP_NODELAY} is on.
 *
 * <p>One task may read while another writes. {@link #close()} may be called from any thread and ends every wait. An
 * interrupted read or write has transferred nothing, so the connection can still be used; an interrupted
 * {@link #writeAll} may have written a part, which the buffer's position tells.
 *
 * <p>A stream that was put under TLS is read and written through the {@link TlsStream} only. {@link #shutdownInput()} and
 * {@code close} still work: the first does what that of the {@code TlsStream} does, the second says no farewell to the peer.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="stream"}
 */
public final class TcpStream extends SocketStream {

    /** What goes over this connection under TLS, once it is put under it. */
    private volatile @Nullable TlsSocket tls;

    private TcpStream(IoSocket socket, Timers timers) {
        super(socket, timers);
    }

    static TcpStream adopt(IoSocket socket, Timers timers) throws IOException {
        try {
            socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new TcpStream(socket, timers);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Connects to an address.
     *
     * @param address where to; must be resolved
     * @return the connection
     * @throws IOException if the connection is refused, the wait interrupted or the runtime shut down
     * @throws java.nio.channels.UnresolvedAddressException if the address is not resolved
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpStream connect(InetSocketAddress address) throws IOException {
        return connect(CurrentTask.require("TcpStream.connect"), address, IoSocket.NO_DEADLINE);
    }

    /**
     * The same as {@link #connect(InetSocketAddress)} within a time.
     *
     * @param address where to; must be resolved
     * @param timeout positive
     * @throws SocketTimeoutException if the time is over before the peer answers
     */
    public static TcpStream connect(InetSocketAddress address, Duration timeout) throws IOException {
        TaskContext context = CurrentTask.require("TcpStream.connect");
        return connect(context, address, context.timers().nanoTime() + Timeouts.nanos(timeout));
    }

    /**
     * Looks up a host and connects to it: to the first of its addresses that answers. An address that does not takes its
     * share of the time, not all of it.
     *
     * @param host a name, or an address as text
     * @param port from 1 to 65535
     * @param timeout for the lookup and all attempts together; positive
     * @return the connection
     * @throws java.net.UnknownHostException if the host has no address
     * @throws SocketTimeoutException if the time is over before
     * @throws IOException if no address lets itself be connected to, which is that of the last with the others suppressed;
     *     the wait is interrupted or the runtime shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpStream connect(String host, int port, Duration timeout) throws IOException {
        TaskContext context = CurrentTask.require("TcpStream.connect");
        long nanos = Timeouts.nanos(timeout);
        long deadline = context.timers().nanoTime() + nanos;
        InetAddress[] addresses = context.resolver().resolve(host, System.nanoTime() + nanos);
        IOException failures = null;
        for (int i = 0; i < addresses.length; i++) {
            long now = context.timers().nanoTime();
            long share = (deadline - now) / (addresses.length - i);
            try {
                return connect(context, new InetSocketAddress(addresses[i], port), now + share);
            } catch (SocketTimeoutException | SocketException failure) {
                if (failures != null) {
                    failure.addSuppressed(failures);
                }
                failures = failure;
            }
        }
        throw failures == null ? new UnknownHostException(host) : failures;
    }

    private static TcpStream connect(TaskContext context, InetSocketAddress address, long deadline) throws IOException {
        IoSocket socket = context.io().connect(address);
        try {
            while (!socket.finishConnect()) {
                if (!socket.awaitWritable(deadline)) {
                    throw new SocketTimeoutException("No connection to " + address + " in time");
                }
            }
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
        return adopt(socket, context.timers());
    }

    /** Gives the connection to TLS. */
    void putUnder(TlsSocket above) {
        this.tls = above;
    }

    /**
     * Under TLS a connection that merely ends has been cut. Whoever has this stream only, as a server does, is to be able to
     * end the input all the same.
     */
    @Override
    void endInput() throws IOException {
        TlsSocket above = tls;
        if (above == null) {
            super.endInput();
        } else {
            above.shutdownInput();
        }
    }

    /**
     * Sets whether small writes leave at once instead of waiting for the answer to those before.
     *
     * @param on whether they do; they do at first
     * @throws IOException if the stream is closed
     */
    public void setNoDelay(boolean on) throws IOException {
        setOption(StandardSocketOptions.TCP_NODELAY, on);
    }

    /**
     * Sets whether the system asks the peer after long silence whether it is still there.
     *
     * @param on whether it does; it does not at first
     * @throws IOException if the stream is closed
     */
    public void setKeepAlive(boolean on) throws IOException {
        setOption(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    /**
     * Sets what {@link #close()} does with what was written and not sent: by default the system sends it in the
     * background.
     *
     * @param seconds 0 to discard it and reset the connection; more, to wait so long for it in {@code close}, which holds
     *     the thread under the task; negative for the default
     * @throws IOException if the stream is closed
     */
    public void setLinger(int seconds) throws IOException {
        setOption(StandardSocketOptions.SO_LINGER, seconds);
    }

    /**
     * Returns the address of the peer.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress remoteAddress() throws IOException {
        return (InetSocketAddress) present(socket.remoteAddress());
    }

    /**
     * Returns the address of this end.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) present(socket.localAddress());
    }
}
