package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.IoDriver.IoRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * A listening TCP socket whose {@link #accept()} suspends the calling task.
 *
 * <p>Any number of tasks of the runtime that bound it may accept at the same time; {@link #close()} may be called from
 * any thread.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="listener"}
 */
public final class TcpListener implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final ServerSocketChannel channel;
    private final IoDriver io;
    private final IoRegistration registration;

    private TcpListener(ServerSocketChannel channel, IoDriver io) throws IOException {
        this.channel = channel;
        this.io = io;
        this.registration = io.register(channel);
    }

    /**
     * Listens on an address, with {@code SO_REUSEADDR}.
     *
     * @param address where to listen; port 0 lets the system choose
     * @return the listener
     * @throws IOException if the address cannot be bound or the runtime is shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpListener bind(InetSocketAddress address) throws IOException {
        IoDriver io = CurrentTask.require("TcpListener.bind").io();
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(address, BACKLOG);
            return new TcpListener(channel, io);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Waits for a connection. An interrupted wait loses no connection: it stays in the backlog.
     *
     * @return the connection
     * @throws java.nio.channels.ClosedChannelException if the listener is closed, before or while waiting
     * @throws java.io.InterruptedIOException if the calling task is aborted or its thread interrupted while it waits
     * @throws IOException if the system refuses, for want of descriptors say, or the runtime is shut down
     */
    public TcpStream accept() throws IOException {
        for (; ; ) {
            SocketChannel accepted = channel.accept();
            if (accepted != null) {
                CurrentTask.consumeBudget();
                return TcpStream.adopt(accepted, io);
            }
            registration.awaitReadable();
        }
    }

    /**
     * Returns the address that it listens on.
     *
     * @throws IOException if it is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /**
     * Stops listening. Every waiting {@link #accept()} throws. Closing twice has no effect. The reactor gives the address
     * back to the system, which may be a moment after this method returns.
     *
     * @throws IOException if the system reports an error
     */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            registration.close();
        }
    }
}
