package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoHandle;
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
 */
abstract class EpollHandle extends Descriptor implements IoHandle {

    private static final int READ_EVENTS = Epoll.IN | Epoll.RDHUP | Epoll.HUP | Epoll.ERR;
    private static final int WRITE_EVENTS = Epoll.OUT | Epoll.HUP | Epoll.ERR;
    private static final int HANG_UP_EVENTS = Epoll.RDHUP | Epoll.HUP | Epoll.ERR;
    static final int NEVER = -1;

    final EpollReactor reactor;
    private final int generation;

    /** Of its addresses. */
    final int family;

    final Waiters waiters = new Waiters();

    // Written by the polling thread only.
    volatile int readTick;
    volatile int writeTick;

    // Written before a tick, and read after it.
    boolean hungUp;

    /** Whether the other end has ever sent something urgent. */
    boolean urgent;

    int readUsedUp = NEVER;
    int writeUsedUp = NEVER;

    EpollHandle(EpollReactor reactor, int fd, int generation, int family) {
        super(fd);
        this.reactor = reactor;
        this.generation = generation;
        this.family = family;
    }

    /** Returns what epoll knows this socket by. */
    long token() {
        return SocketTable.token(fd(), generation);
    }

    /** Takes a report. Called by the polling thread only. */
    void ready(int events) {
        if ((events & HANG_UP_EVENTS) != 0) {
            hungUp = true;
        }
        if ((events & Epoll.PRI) != 0) {
            urgent = true;
        }
        int directions = 0;
        if ((events & READ_EVENTS) != 0) {
            readTick = after(readTick);
            directions = Waiters.READ;
        }
        if ((events & WRITE_EVENTS) != 0) {
            writeTick = after(writeTick);
            directions |= Waiters.WRITE;
        }
        waiters.wake(directions);
    }

    /** Returns the tick after another, which in four thousand million would be {@link #NEVER}, and be found used up. */
    private static int after(int tick) {
        return tick + 1 == NEVER ? NEVER + 1 : tick + 1;
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
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        enter();
        try {
            EpollReactor.check(SocketOptions.set(fd(), family, option, value));
        } finally {
            leave();
        }
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        int[] error = {0};
        enter();
        try {
            T value = SocketOptions.get(fd(), family, option, error);
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
    public boolean isReadable() throws IOException {
        int tick = readTick;
        if (tick == readUsedUp && isOpen()) {
            return false;
        }
        ByteBuffer one = ByteBuffer.allocate(1);
        enter();
        int count;
        try {
            count = SocketCalls.recv(fd(), one, SocketCalls.MSG_PEEK);
        } finally {
            leave();
        }
        if (count == -Errno.EAGAIN) {
            readUsedUp = tick;
            return false;
        }
        if (count < 0) {
            throw failure(-count);
        }
        return true;
    }

    /** Returns the exception for an error of this kind of socket. */
    abstract IOException failure(int errno);

    @Override
    public Runnable whenReadable(Runnable listener) {
        Waiter waiter = waiters.listen(Waiters.READ, listener);
        if (readTick != readUsedUp) {
            waiters.withdraw(waiter);
            listener.run();
        }
        return () -> waiters.withdraw(waiter);
    }

    @Override
    public Runnable whenEnded(Runnable listener) {
        Waiter waiter = waiters.listen(0, listener);
        return () -> waiters.withdraw(waiter);
    }

    @Override
    public void requireUsable() throws IOException {
        waiters.throwIfEnded();
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
