package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver.IoRegistration;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A channel registered with a {@link SelectorReactor}, and who waits for it.
 *
 * <p>A waiter is in the list until it is taken out by readiness, close or shutdown, or takes itself out when interrupted.
 * Interest follows from the list: the polling thread turns a direction off when it takes that direction's waiters, and on
 * again when it finds new ones at the next update. A waiter that comes in between has queued an update itself.
 */
final class SelectorRegistration implements IoRegistration {

    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private enum Status {
        OPEN,
        CLOSED,
        SHUT_DOWN
    }

    private static final class Waiter {

        final Thread thread = Thread.currentThread();
        final int ops;
        volatile boolean woken;

        @Nullable
        Waiter next;

        Waiter(int ops) {
            this.ops = ops;
        }

        void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }
    }

    private final SelectorReactor reactor;
    private final SpinLock lock = new SpinLock();
    private volatile @Nullable SelectionKey key;
    private @Nullable Waiter waiters;
    private volatile Status status = Status.OPEN;

    SelectorRegistration(SelectorReactor reactor) {
        this.reactor = reactor;
    }

    void attach(SelectionKey selectionKey) {
        this.key = selectionKey;
    }

    static IOException shutDown() {
        return new IOException("The runtime of this socket is shut down");
    }

    @Override
    public void awaitReadable() throws IOException {
        await(READ_OPS);
    }

    @Override
    public void awaitWritable() throws IOException {
        await(WRITE_OPS);
    }

    private void await(int ops) throws IOException {
        Waiter waiter = new Waiter(ops);
        lock.lock();
        if (status == Status.OPEN) {
            waiter.next = waiters;
            waiters = waiter;
        } else {
            waiter.woken = true;
        }
        lock.unlock();
        if (!waiter.woken) {
            reactor.requestUpdate(this);
        }
        while (!waiter.woken) {
            LockSupport.park(this);
            if (!waiter.woken && Thread.currentThread().isInterrupted()) {
                remove(waiter);
                throw new InterruptedIOException("Interrupted while waiting for a socket");
            }
        }
        switch (status) {
            case OPEN -> {}
            case CLOSED -> throw new AsynchronousCloseException();
            case SHUT_DOWN -> throw shutDown();
        }
    }

    private void remove(Waiter waiter) {
        lock.lock();
        Waiter before = null;
        for (Waiter w = waiters; w != null; before = w, w = w.next) {
            if (w == waiter) {
                if (before == null) {
                    waiters = w.next;
                } else {
                    before.next = w.next;
                }
                break;
            }
        }
        lock.unlock();
    }

    /** Takes out the waiters of some operations, linked by {@code next}. */
    private @Nullable Waiter take(int ops) {
        lock.lock();
        Waiter taken = null;
        Waiter kept = null;
        for (Waiter w = waiters; w != null; ) {
            Waiter following = w.next;
            if ((w.ops & ops) != 0) {
                w.next = taken;
                taken = w;
            } else {
                w.next = kept;
                kept = w;
            }
            w = following;
        }
        waiters = kept;
        lock.unlock();
        return taken;
    }

    private int wantedOps() {
        lock.lock();
        int ops = 0;
        for (Waiter w = waiters; w != null; w = w.next) {
            ops |= w.ops;
        }
        lock.unlock();
        return ops;
    }

    /** Turns interest on for those who wait. Called by the polling thread only. */
    void updateInterest() {
        SelectionKey k = key;
        if (k != null && k.isValid()) {
            int wanted = wantedOps() & k.channel().validOps();
            k.interestOpsOr(wanted);
        }
    }

    /** Wakes those who wait for operations that are ready. Called by the polling thread only. */
    void ready(int readyOps) {
        SelectionKey k = key;
        if (k == null) {
            return;
        }
        // The whole direction: a connected channel never reports OP_CONNECT, but its selector wakes for it all the
        // same.
        int directions = ((readyOps & READ_OPS) == 0 ? 0 : READ_OPS) | ((readyOps & WRITE_OPS) == 0 ? 0 : WRITE_OPS);
        // Off before the waiters are taken: one that arrives after the take queues an update, which turns it on again.
        k.interestOpsAnd(~directions);
        wakeAll(take(directions));
    }

    private static void wakeAll(@Nullable Waiter waiter) {
        for (Waiter w = waiter; w != null; ) {
            Waiter following = w.next;
            w.next = null;
            w.wake();
            w = following;
        }
    }

    @Override
    public void close() {
        end(Status.CLOSED);
    }

    void shutdown() {
        end(Status.SHUT_DOWN);
    }

    private void end(Status ending) {
        lock.lock();
        boolean first = status == Status.OPEN;
        if (first) {
            status = ending;
        }
        lock.unlock();
        if (first) {
            wakeAll(take(READ_OPS | WRITE_OPS));
            reactor.deregistered();
        }
    }

    @Override
    public String toString() {
        return "socket";
    }
}
