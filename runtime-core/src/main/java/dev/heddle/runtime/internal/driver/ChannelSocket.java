package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.DescriptorsExhaustedException;
import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A stream or a listener of the JDK, watched by a {@link SelectorReactor}. */
final class ChannelSocket<C extends SelectableChannel & NetworkChannel> extends ChannelHandle<C> implements IoSocket {

    /** Held by readers, which share what was peeked at. */
    private final ReentrantLock reading = new ReentrantLock();

    /** What was read only to be looked at, between its position and its limit. */
    private volatile @Nullable ByteBuffer peeked;

    /** What was met behind what was peeked at: for the one who comes there. */
    private volatile @Nullable IOException keptFailure;

    ChannelSocket(C channel, SelectorReactor reactor) throws IOException {
        super(channel, reactor);
    }

    private SocketChannel stream() {
        return (SocketChannel) (Object) channel;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        reading.lock();
        try {
            int count = takePeeked(buffer);
            if (count > 0) {
                return count;
            }
            throwKeptFailure();
            return stream().read(buffer);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] buffers) throws IOException {
        reading.lock();
        try {
            long total = 0;
            for (ByteBuffer buffer : buffers) {
                total += takePeeked(buffer);
            }
            if (total > 0) {
                return total;
            }
            throwKeptFailure();
            return stream().read(buffers);
        } finally {
            reading.unlock();
        }
    }

    private int takePeeked(ByteBuffer buffer) throws ClosedChannelException {
        ByteBuffer held = peeked;
        if (held == null) {
            return 0;
        }
        requireOpen();
        int count = Math.min(held.remaining(), buffer.remaining());
        buffer.put(buffer.position(), held, held.position(), count).position(buffer.position() + count);
        held.position(held.position() + count);
        if (!held.hasRemaining()) {
            peeked = null;
        }
        return count;
    }

    private void throwKeptFailure() throws IOException {
        IOException kept = keptFailure;
        if (kept != null) {
            keptFailure = null;
            throw kept;
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** The JDK cannot leave in a socket what it reads, so it is kept here. */
    @Override
    public int peek(ByteBuffer buffer) throws IOException {
        reading.lock();
        try {
            requireOpen();
            ByteBuffer held = peeked;
            ByteBuffer more = ByteBuffer.allocate(Math.max(buffer.remaining(), held == null ? 0 : held.remaining()));
            if (held == null) {
                throwKeptFailure();
            } else {
                more.put(held.duplicate());
            }
            int count = more.hasRemaining() ? readBehind(more) : 0;
            if (more.position() == 0) {
                return count;
            }
            more.flip();
            peeked = more;
            int seen = Math.min(more.remaining(), buffer.remaining());
            buffer.put(buffer.position(), more, 0, seen).position(buffer.position() + seen);
            // The selector does not see any more what they wait for.
            registration.wakeReaders();
            return seen;
        } finally {
            reading.unlock();
        }
    }

    /** Reads behind what was peeked at before, which counts more than whatever is met now. */
    private int readBehind(ByteBuffer buffer) throws IOException {
        int held = buffer.position();
        try {
            return stream().read(buffer);
        } catch (IOException met) {
            if (held == 0) {
                throw met;
            }
            keptFailure = met;
            return 0;
        }
    }

    @Override
    public boolean isReadable() throws IOException {
        reading.lock();
        try {
            return (channel.isOpen() && hasKept()) || super.isReadable();
        } finally {
            reading.unlock();
        }
    }

    /** Whether a reader would find what the selector does not know of. Callable without the lock. */
    private boolean hasKept() {
        return peeked != null || keptFailure != null;
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return stream().write(buffer);
    }

    @Override
    public long write(ByteBuffer[] buffers) throws IOException {
        return stream().write(buffers);
    }

    @Override
    public @Nullable IoSocket accept() throws IOException {
        SocketChannel accepted;
        try {
            accepted = ((ServerSocketChannel) (Object) channel).accept();
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            // The JDK tells the reason by the system's text only, in the language of its user. What else an open
            // listener may say is of one connection, and over sooner.
            reactor.acceptRefused();
            throw new DescriptorsExhaustedException(e);
        }
        return accepted == null ? null : adopt(accepted, reactor);
    }

    static ChannelSocket<SocketChannel> adopt(SocketChannel channel, SelectorReactor reactor) throws IOException {
        try {
            channel.configureBlocking(false);
            return new ChannelSocket<>(channel, reactor);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        return stream().finishConnect();
    }

    @Override
    public void shutdownInput() throws IOException {
        stream().shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        stream().shutdownOutput();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
        return stream().getRemoteAddress();
    }

    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        return awaitReadable(deadlineNanos, false, () -> false);
    }

    @Override
    public boolean awaitReadable(long deadlineNanos, boolean orWritable, BooleanSupplier news) throws IOException {
        return registration.await(
                orWritable ? Waiters.READ | Waiters.WRITE : Waiters.READ,
                deadlineNanos,
                () -> hasKept() || news.getAsBoolean());
    }

    @Override
    public void wakeReaders() {
        registration.wakeReaders();
    }

    @Override
    public Runnable whenReadable(Runnable listener) {
        return whenReadable(listener, false);
    }

    @Override
    public Runnable whenReadable(Runnable listener, boolean orWritable) {
        Runnable withdrawal = registration.listen(orWritable ? Waiters.READ | Waiters.WRITE : Waiters.READ, listener);
        if (hasKept()) {
            withdrawal.run();
            listener.run();
        }
        return withdrawal;
    }
}
