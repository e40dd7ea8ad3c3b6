package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.DescriptorsExhaustedException;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.driver.Waiters.Waiter;
import dev.heddle.runtime.internal.linux.Errno;
import dev.heddle.runtime.internal.linux.SocketAddresses;
import dev.heddle.runtime.internal.linux.SocketCalls;
import dev.heddle.runtime.internal.linux.SocketOptions;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream or a listener of our own system calls.
 *
 * <p>A transfer of less than was asked for tells, too, that nothing is left, and saves the call that would be refused. Not so
 * once the other end has hung up: what is left then is the end of the stream, of which no further report comes. Nor where the
 * system returns less though there is more: before what is urgent, and after a message of a Unix socket that passes descriptors.
 */
final class EpollSocket extends EpollHandle implements IoSocket {

    /** How far a new socket is. */
    enum Progress {
        UNKNOWN,
        /** It will report when it is connected; until then there is nothing to be written. */
        CONNECTING
    }

    /**
     * Held by whoever receives, so that what has come is found in {@link #ahead} or in the system, and not in between. Who
     * meets it held reads the same stream at the same time, which is rare; so it may be held over a system call.
     */
    private final SpinLock readers = new SpinLock();

    private final ReadAhead ahead = new ReadAhead();

    /** What {@link #readUsedUp} becomes once nothing is left ahead. Until then a read would find something. */
    private int usedUpAfterAhead;

    /**
     * What the system said to somebody who had bytes to return first. It says so once, so it is kept for whoever comes next.
     * Under the lock of the readers.
     */
    private @Nullable IOException keptFailure;

    EpollSocket(EpollReactor reactor, int fd, int generation, int family, Progress progress) {
        super(reactor, fd, generation, family);
        if (progress == Progress.CONNECTING) {
            writeUsedUp = writeTick;
        }
    }

    @Override
    IOException failure(int errno) {
        return Errno.exception(errno);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        return read(buffer, false);
    }

    @Override
    public int peek(ByteBuffer buffer) throws IOException {
        return read(buffer, true);
    }

    private int read(ByteBuffer buffer, boolean peeks) throws IOException {
        int tick = readTick;
        if (tick == readUsedUp && isOpen()) {
            return 0;
        }
        int count;
        boolean leavesSome;
        enter();
        readers.lock();
        try {
            if (peeks) {
                return peekAtAll(buffer, tick);
            }
            boolean receives = ahead.isEmpty();
            count = receives ? receive(buffer, tick) : takeRest(buffer);
            leavesSome = receives && !ahead.isEmpty();
        } finally {
            readers.unlock();
            leave();
        }
        if (leavesSome) {
            wakeWhoeverWaits();
        }
        return count;
    }

    /**
     * Tells those who found nothing before of what was received for them. The report may not come: epoll looks at the socket
     * once more when it is asked, and finds it empty.
     *
     * <p>{@link #readUsedUp} was written before and a waiter reads it after it has put itself into the list, so it is seen
     * there or sees that it need not wait.
     */
    private void wakeWhoeverWaits() {
        VarHandle.fullFence();
        waiters.wake(Waiters.READ);
    }

    private int receive(ByteBuffer buffer, int tick) throws IOException {
        throwKeptFailure();
        int room = buffer.remaining();
        byte[] borrowed = room < ReadAhead.BYTES ? reactor.workerBuffer() : null;
        long wanted = borrowed == null ? SocketCalls.length(buffer) : borrowed.length;
        int count = borrowed == null ? SocketCalls.recv(fd(), buffer, 0) : SocketCalls.recv(fd(), borrowed);
        if (count <= 0) {
            return nothingReceived(count, tick);
        }
        int usedUp = count < wanted && lessMeansAll() ? tick : NEVER;
        if (borrowed == null) {
            buffer.position(buffer.position() + count);
        } else if (count <= room) {
            buffer.put(borrowed, 0, count);
        } else {
            buffer.put(borrowed, 0, room);
            ahead.keep(borrowed, room, count);
            usedUpAfterAhead = usedUp;
            // Never anything else in between: those who look without the lock would wait, and be woken by nobody any
            // more.
            readUsedUp = NEVER;
            return room;
        }
        readUsedUp = usedUp;
        return count;
    }

    private boolean lessMeansAll() {
        return !hungUp && !urgent && family != SocketAddresses.AF_UNIX;
    }

    /** Returns what a read does that got an error, or the end of the stream. */
    private int nothingReceived(int result, int tick) throws IOException {
        if (result == -Errno.EAGAIN) {
            readUsedUp = tick;
            return 0;
        }
        if (result < 0) {
            throw Errno.exception(-result);
        }
        return -1;
    }

    private void throwKeptFailure() throws IOException {
        IOException kept = keptFailure;
        if (kept != null) {
            keptFailure = null;
            throw kept;
        }
    }

    private void keep(IOException met) {
        keptFailure = met;
        // Nobody may take what is kept for nothing, and wait.
        readUsedUp = NEVER;
        usedUpAfterAhead = NEVER;
    }

    private int takeRest(ByteBuffer buffer) {
        int count = ahead.moveTo(buffer);
        if (ahead.isEmpty()) {
            readUsedUp = usedUpAfterAhead;
        }
        return count;
    }

    /** Copies what is kept and, behind it, what the system has. */
    private int peekAtAll(ByteBuffer buffer, int tick) throws IOException {
        int count = ahead.copyTo(buffer);
        if (!buffer.hasRemaining()) {
            return count;
        }
        if (count == 0) {
            throwKeptFailure();
        }
        int more = SocketCalls.recv(fd(), buffer, SocketCalls.MSG_PEEK);
        if (more > 0) {
            buffer.position(buffer.position() + more);
            return count + more;
        }
        if (count == 0) {
            return nothingReceived(more, tick);
        }
        if (more < 0 && more != -Errno.EAGAIN) {
            keep(Errno.exception(-more));
        }
        return count;
    }

    @Override
    public boolean isReadable() throws IOException {
        readers.lock();
        try {
            return (isOpen() && (!ahead.isEmpty() || keptFailure != null)) || super.isReadable();
        } finally {
            readers.unlock();
        }
    }

    @Override
    public long read(ByteBuffer[] buffers) throws IOException {
        long total = 0;
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining() && total < SocketCalls.MAX_BYTES) {
                int count = total == 0 ? read(buffer) : readMore(buffer);
                if (count <= 0) {
                    return total == 0 ? count : total;
                }
                total += count;
            }
        }
        return total;
    }

    /** Reads after something was read that has to be returned, whatever is met now. */
    private int readMore(ByteBuffer buffer) {
        try {
            return read(buffer);
        } catch (IOException met) {
            readers.lock();
            keep(met);
            readers.unlock();
            return 0;
        }
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return send(buffer, 0);
    }

    private int send(ByteBuffer buffer, int flags) throws IOException {
        int tick = writeTick;
        if (tick == writeUsedUp && isOpen()) {
            return 0;
        }
        long wanted = SocketCalls.length(buffer);
        enter();
        int count;
        try {
            count = SocketCalls.send(fd(), buffer, flags);
        } finally {
            leave();
        }
        if (count >= 0) {
            buffer.position(buffer.position() + count);
            if (count < wanted && !hungUp) {
                writeUsedUp = tick;
            }
            return count;
        }
        if (count == -Errno.EAGAIN) {
            writeUsedUp = tick;
            return 0;
        }
        throw Errno.exception(-count);
    }

    @Override
    public long write(ByteBuffer[] buffers) throws IOException {
        int last = buffers.length - 1;
        while (last > 0 && !buffers[last].hasRemaining()) {
            last--;
        }
        long total = 0;
        for (int i = 0; i <= last; i++) {
            while (buffers[i].hasRemaining() && total < SocketCalls.MAX_BYTES) {
                boolean more = i < last && total + buffers[i].remaining() < SocketCalls.MAX_BYTES;
                // The system puts the parts together to whole packets, as if they had come in one call.
                int count = send(buffers[i], more ? SocketCalls.MSG_MORE : 0);
                if (count == 0) {
                    return total;
                }
                total += count;
            }
        }
        return total;
    }

    @Override
    public @Nullable IoSocket accept() throws IOException {
        int tick = readTick;
        if (tick == readUsedUp && isOpen()) {
            return null;
        }
        enter();
        int accepted;
        try {
            do {
                accepted = SocketCalls.accept(fd());
            } while (accepted < 0 && Errno.isOfOneConnection(-accepted));
        } finally {
            leave();
        }
        if (accepted >= 0) {
            return reactor.register(accepted, family, Progress.UNKNOWN);
        }
        if (accepted == -Errno.EAGAIN) {
            readUsedUp = tick;
            return null;
        }
        IOException refused = Errno.exception(-accepted);
        if (!Errno.isExhaustion(-accepted)) {
            throw refused;
        }
        if (!hasSomethingToAccept()) {
            readUsedUp = tick;
            return null;
        }
        reactor.acceptRefused();
        throw new DescriptorsExhaustedException(refused);
    }

    /** The system takes a descriptor before it looks for a connection, and so refuses one that is not there, too. */
    private boolean hasSomethingToAccept() throws IOException {
        enter();
        try {
            return SocketCalls.isReadable(fd());
        } finally {
            leave();
        }
    }

    @Override
    public boolean finishConnect() throws IOException {
        int tick = writeTick;
        if (tick == writeUsedUp && isOpen()) {
            return false;
        }
        enter();
        try {
            int[] error = {0};
            EpollReactor.check(SocketCalls.getsockopt(fd(), SocketOptions.SOL_SOCKET, SocketOptions.SO_ERROR, error));
            if (error[0] != 0) {
                throw Errno.exception(error[0]);
            }
            int result = SocketCalls.getpeername(fd(), new byte[SocketAddresses.MAX_BYTES]);
            if (result == -Errno.ENOTCONN) {
                writeUsedUp = tick;
                return false;
            }
            EpollReactor.check(result);
            return true;
        } finally {
            leave();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        shutdown(SocketCalls.SHUT_RD);
    }

    @Override
    public void shutdownOutput() throws IOException {
        shutdown(SocketCalls.SHUT_WR);
    }

    private void shutdown(int how) throws IOException {
        enter();
        try {
            int result = SocketCalls.shutdown(fd(), how);
            if (result != -Errno.ENOTCONN) {
                // Not connected any more: the other end was faster.
                EpollReactor.check(result);
            }
        } finally {
            leave();
        }
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
        byte[] address = new byte[SocketAddresses.MAX_BYTES];
        enter();
        try {
            int length = SocketCalls.getpeername(fd(), address);
            if (length == -Errno.ENOTCONN) {
                return null;
            }
            return SocketAddresses.decode(address, EpollReactor.check(length));
        } finally {
            leave();
        }
    }

    @Override
    public boolean awaitReadable(long deadlineNanos, boolean orWritable, BooleanSupplier news) throws IOException {
        Waiter waiter = waiters.add(orWritable ? Waiters.READ | Waiters.WRITE : Waiters.READ);
        if (readTick != readUsedUp || (orWritable && writeTick != writeUsedUp) || news.getAsBoolean()) {
            waiters.withdraw(waiter);
            return true;
        }
        return waiters.await(waiter, deadlineNanos, reactor.timers(), this);
    }

    @Override
    public void wakeReaders() {
        waiters.wake(Waiters.READ);
    }

    @Override
    public Runnable whenReadable(Runnable listener, boolean orWritable) {
        Waiter waiter = waiters.listen(orWritable ? Waiters.READ | Waiters.WRITE : Waiters.READ, listener);
        if (readTick != readUsedUp || (orWritable && writeTick != writeUsedUp)) {
            waiters.withdraw(waiter);
            listener.run();
        }
        return () -> waiters.withdraw(waiter);
    }
}
