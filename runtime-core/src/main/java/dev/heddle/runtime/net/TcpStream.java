package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.IoDriver.IoRegistration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;

/**
 * A TCP connection whose operations suspend the calling task while they wait. {@code TCP_NODELAY} is on.
 *
 * <p>One task may read while another writes. {@link #close()} may be called from any thread and ends every wait. An
 * interrupted read or write has transferred nothing, so the connection can still be used; an interrupted
 * {@link #writeAll} may have written a part, which the buffer's position tells.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="stream"}
 */
public final class TcpStream implements AutoCloseable {

    private final SocketChannel channel;
    private final IoRegistration registration;

    private TcpStream(SocketChannel channel, IoDriver io) throws IOException {
        this.channel = channel;
        this.registration = io.register(channel);
    }

    static TcpStream adopt(SocketChannel channel, IoDriver io) throws IOException {
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return new TcpStream(channel, io);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * Connects to an address.
     *
     * @param address where to; must be resolved
     * @return the connection
     * @throws IOException if the connection is refused, the wait interrupted or the runtime shut down
     * @throws UnresolvedAddressException if the address is not resolved
     * @throws IllegalStateException if the caller is not a task
     */
    public static TcpStream connect(InetSocketAddress address) throws IOException {
        IoDriver io = CurrentTask.require("TcpStream.connect").io();
        TcpStream stream = adopt(SocketChannel.open(), io);
        try {
            boolean connected = stream.channel.connect(address);
            while (!connected) {
                stream.registration.awaitWritable();
                connected = stream.channel.finishConnect();
            }
            return stream;
        } catch (IOException | RuntimeException e) {
            stream.close();
            throw e;
        }
    }

    /**
     * Reads what has arrived, waiting until there is something.
     *
     * @param buffer filled from its position to its limit at most
     * @return how many bytes were read; 0 only if the buffer has no room; -1 at the end of the stream
     * @throws java.nio.channels.ClosedChannelException if the stream is closed, before or while waiting
     * @throws java.io.InterruptedIOException if the calling task is aborted or its thread interrupted while it waits
     * @throws IOException if the peer resets the connection or the runtime is shut down
     */
    public int read(ByteBuffer buffer) throws IOException {
        if (!buffer.hasRemaining()) {
            return 0;
        }
        for (; ; ) {
            int count = channel.read(buffer);
            if (count != 0) {
                CurrentTask.consumeBudget();
                return count;
            }
            registration.awaitReadable();
        }
    }

    /**
     * Writes what the socket takes, waiting until it takes something.
     *
     * @param buffer written from its position to its limit at most
     * @return how many bytes were written; 0 only if the buffer is empty
     * @throws IOException as {@link #read} does
     */
    public int write(ByteBuffer buffer) throws IOException {
        if (!buffer.hasRemaining()) {
            return 0;
        }
        for (; ; ) {
            int count = channel.write(buffer);
            if (count != 0) {
                CurrentTask.consumeBudget();
                return count;
            }
            registration.awaitWritable();
        }
    }

    /**
     * Writes a whole buffer, waiting as often as needed.
     *
     * @param buffer written from its position to its limit
     * @throws IOException as {@link #read} does; the buffer's position tells how much was written
     */
    public void writeAll(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            write(buffer);
        }
    }

    /**
     * Tells the peer that nothing more will be written; reading goes on.
     *
     * @throws IOException if the stream is closed
     */
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    /**
     * Makes every read return the end of the stream, those that are waiting included; writing goes on. What has arrived and
     * was not read is lost.
     *
     * @throws IOException if the stream is closed
     */
    public void shutdownInput() throws IOException {
        channel.shutdownInput();
    }

    /**
     * Returns the address of the peer.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress remoteAddress() throws IOException {
        return (InetSocketAddress) channel.getRemoteAddress();
    }

    /**
     * Returns the address of this end.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Returns whether the stream has not been closed at this end. */
    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Closes the connection. Every wait on it throws. Closing twice has no effect.
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
