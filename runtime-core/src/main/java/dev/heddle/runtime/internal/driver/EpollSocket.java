package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.DescriptorsExhaustedException;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.driver.Waiters.Waiter;
import dev.heddle.runtime.internal.linux.Descriptor;
import dev.heddle.runtime.internal.linux.Epoll;
import dev.heddle.runtime.internal.linux.Errno;
import dev.heddle.runtime.internal.linux.SocketAddresses;
import dev.heddle.runtime.internal.linux.SocketCalls;
import dev.heddle.runtime.internal.linux.SocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket of our own system calls, watched by an {@link EpollReactor}.
 *
 * <p>Epoll reports a change once. So each direction counts the reports: its <em>tick</em>. An operation reads the tick, tries,
 * and if nothing is left to do, notes for which tick that was found: <em>used up</em>. As long as both are the same there
 * is nothing to be had, and one may wait. A report that comes between the try and the note raises the tick, the note is
 * then of the past, and nobody waits: a newer report cannot be erased by an older finding.
 *
 * <pre>
 *   poller:     tick + 1                                     then  wake those in the list
 *   operation:  t = tick, try, nothing left: usedUp = t
 *   waiter:     put itself into the list                     then  tick == usedUp ? sleep : try again
 * </pre>
 *
 * <p>The tick and the list are volatile, so the poller sees the waiter or the waiter the tick. {@code usedUp} is not: whoever
 * waits has written it itself, or reads what another has found, which is as true.
 *
 * <p>A transfer of less than was asked for tells, too, that nothing is left, and saves the call that would be refused. Not so
 * once the other end has hung up: what is left then is the end of the stream, of which no further report comes.
 */
final class EpollSocket extends Descriptor implements IoSocket {

    /** How far a new socket is. */
    enum Progress {
        UNKNOWN,
        /** It will report when it is connected; until then there is nothing to be written. */
        CONNECTING
    }

    private static final int READ_EVENTS = Epoll.IN | Epoll.RDHUP | Epoll.HUP | Epoll.ERR;
    private static final int WRITE_EVENTS = Epoll.OUT | Epoll.HUP | Epoll.ERR;
    private static final int HANG_UP_EVENTS = Epoll.RDHUP | Epoll.HUP | Epoll.ERR;
    private static final int NEVER = -1;

    private final EpollReactor reactor;
    private final int generation;
    private final Waiters waiters = new Waiters();

    // Written by the polling thread only.
    private volatile int readTick;
    private volatile int writeTick;

    /** Written before a tick, and read after it. */
    private boolean hungUp;

    private int readUsedUp = NEVER;
    private int writeUsedUp = NEVER;

    EpollSocket(EpollReactor reactor, int fd, int generation, Progress progress) {
        super(fd);
        this.reactor = reactor;
        this.generation = generation;
        if (progress == Progress.CONNECTING) {
            writeUsedUp = writeTick;
        }
    }

    /** Returns what epoll knows this socket by. */
    long token() {
        return SocketTable.token(fd(), generation);
    }

    /** Takes a report. Called by the polling thread only. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time polls
    void ready(int events) {
        if ((events & HANG_UP_EVENTS) != 0) {
            hungUp = true;
        }
        int directions = 0;
        if ((events & READ_EVENTS) != 0) {
            readTick++;
            directions = Waiters.READ;
        }
        if ((events & WRITE_EVENTS) != 0) {
            writeTick++;
            directions |= Waiters.WRITE;
        }
        waiters.wake(directions);
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        return receive(buffer, 0);
    }

    @Override
    public int peek(ByteBuffer buffer) throws IOException {
        return receive(buffer, SocketCalls.MSG_PEEK);
    }

    private int receive(ByteBuffer buffer, int flags) throws IOException {
        int tick = readTick;
        if (tick == readUsedUp && isOpen()) {
            return 0;
        }
        long wanted = SocketCalls.length(buffer);
        enter();
        int count;
        try {
            do {
                count = SocketCalls.recv(fd(), buffer, flags);
            } while (count == -Errno.EINTR);
        } finally {
            leave();
        }
        if (count > 0) {
            buffer.position(buffer.position() + count);
            if (count < wanted && flags == 0 && !hungUp) {
                readUsedUp = tick;
            }
            return count;
        }
        if (count == -Errno.EAGAIN) {
            readUsedUp = tick;
            return 0;
        }
        if (count < 0) {
            throw Errno.exception(-count);
        }
        return -1;
    }

    @Override
    public long read(ByteBuffer[] buffers) throws IOException {
        long total = 0;
        for (ByteBuffer buffer : buffers) {
            while (buffer.hasRemaining()) {
                int count = read(buffer);
                if (count <= 0) {
                    return total == 0 ? count : total;
                }
                total += count;
            }
        }
        return total;
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
            do {
                count = SocketCalls.send(fd(), buffer, flags);
            } while (count == -Errno.EINTR);
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
            while (buffers[i].hasRemaining()) {
                // The system puts the parts together to whole packets, as if they had come in one call.
                int count = send(buffers[i], i < last ? SocketCalls.MSG_MORE : 0);
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
            return reactor.register(accepted, Progress.UNKNOWN);
        }
        if (accepted == -Errno.EAGAIN) {
            readUsedUp = tick;
            return null;
        }
        IOException refused = Errno.exception(-accepted);
        if (!Errno.isExhaustion(-accepted)) {
            throw refused;
        }
        reactor.acceptRefused();
        throw new DescriptorsExhaustedException(refused);
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
    public @Nullable SocketAddress localAddress() throws IOException {
        byte[] address = new byte[SocketAddresses.MAX_BYTES];
        enter();
        try {
            int length = EpollReactor.check(SocketCalls.getsockname(fd(), address));
            return SocketAddresses.decode(address, length);
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
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        enter();
        try {
            EpollReactor.check(SocketOptions.set(fd(), option, value));
        } finally {
            leave();
        }
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        int[] error = {0};
        enter();
        try {
            T value = SocketOptions.get(fd(), option, error);
            EpollReactor.check(-error[0]);
            return value;
        } finally {
            leave();
        }
    }

    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        if (readTick != readUsedUp) {
            return true;
        }
        Waiter waiter = waiters.add(Waiters.READ);
        if (readTick != readUsedUp) {
            waiters.withdraw(waiter);
            return true;
        }
        return waiters.await(waiter, deadlineNanos, reactor.timers(), this);
    }

    @Override
    public boolean awaitWritable(long deadlineNanos) throws IOException {
        if (writeTick != writeUsedUp) {
            return true;
        }
        Waiter waiter = waiters.add(Waiters.WRITE);
        if (writeTick != writeUsedUp) {
            waiters.withdraw(waiter);
            return true;
        }
        return waiters.await(waiter, deadlineNanos, reactor.timers(), this);
    }

    @Override
    public void awaitClose(long deadlineNanos) throws IOException {
        waiters.await(waiters.add(0), deadlineNanos, reactor.timers(), this);
    }

    @Override
    public void close() {
        if (waiters.close()) {
            reactor.deregister(this);
        }
        closeWhenUnused();
    }

    /** Ends every wait, now and for ever. The descriptor stays its owner's. */
    void shutdown() {
        if (waiters.shutdown()) {
            reactor.deregister(this);
        }
    }

    @Override
    public String toString() {
        return "socket";
    }
}
