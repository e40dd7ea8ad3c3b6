package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.context.Timers.Timer;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for a socket, any number in each direction.
 *
 * <p>A waiter is in the list until it is taken out by readiness, close or shutdown, or takes itself out when it is
 * interrupted or its deadline has come. Everybody who waits for a direction is woken, so one who gives up passes nothing
 * on.
 */
final class Waiters {

    static final int READ = 1;
    static final int WRITE = 1 << 1;

    private enum Status {
        OPEN,
        CLOSED,
        SHUT_DOWN
    }

    /** Somebody who waits. */
    static class Waiter implements Runnable {

        private final Thread thread = Thread.currentThread();
        private final int directions;
        private volatile boolean woken;
        private volatile boolean late;
        private @Nullable Waiter next;

        Waiter(int directions) {
            this.directions = directions;
        }

        void wake() {
            woken = true;
            LockSupport.unpark(thread);
        }

        /** What its timer runs. */
        @Override
        public void run() {
            late = true;
            LockSupport.unpark(thread);
        }
    }

    /** Somebody who waits for other things as well, and is told. */
    private static final class Listener extends Waiter {

        private final Runnable action;

        Listener(int directions, Runnable action) {
            super(directions);
            this.action = action;
        }

        @Override
        void wake() {
            action.run();
        }
    }

    private final SpinLock lock = new SpinLock();

    /** Changed under the lock; read without it by {@link #wake}. */
    private volatile @Nullable Waiter first;

    private volatile Status status = Status.OPEN;

    static IOException shutDown() {
        return new IOException("The runtime of this socket is shut down");
    }

    /**
     * Puts a waiter for the calling thread into the list, or, if the socket has ended, one that is woken already. Followed
     * by {@link #await} or {@link #withdraw}.
     */
    Waiter add(int directions) {
        Waiter waiter = new Waiter(directions);
        if (!link(waiter)) {
            waiter.woken = true;
        }
        return waiter;
    }

    /** Returns {@code false} if the socket has ended. */
    private boolean link(Waiter waiter) {
        lock.lock();
        boolean isOpen = status == Status.OPEN;
        if (isOpen) {
            waiter.next = first;
            first = waiter;
        }
        lock.unlock();
        return isOpen;
    }

    /**
     * Has an action run, once, when a direction is reported or the socket ends; at once if it has ended.
     *
     * @param directions which; 0 for none but the end
     * @param action run on any thread, also on a worker's own stack; must be short and must not wait
     * @return what to {@link #withdraw} when it is not wanted any more; it may run all the same
     */
    Waiter listen(int directions, Runnable action) {
        Waiter listener = new Listener(directions, action);
        if (!link(listener)) {
            action.run();
        }
        return listener;
    }

    /**
     * Throws if the socket has ended.
     *
     * @throws AsynchronousCloseException if it was closed
     * @throws IOException if its runtime is shut down
     */
    void throwIfEnded() throws IOException {
        switch (status) {
            case OPEN -> {}
            case CLOSED -> throw new AsynchronousCloseException();
            case SHUT_DOWN -> throw shutDown();
        }
    }

    /**
     * Suspends the caller until its waiter is woken.
     *
     * @param blocker what to show as the reason
     * @return whether it was woken before the deadline
     * @throws IOException if the socket has ended or the caller was interrupted
     */
    boolean await(Waiter waiter, long deadlineNanos, Timers timers, Object blocker) throws IOException {
        if (deadlineNanos == IoSocket.NO_DEADLINE) {
            park(waiter, blocker);
        } else if (!waiter.woken) {
            Timer timer = timers.schedule(deadlineNanos, waiter);
            try {
                park(waiter, blocker);
            } finally {
                timer.cancel();
            }
        }
        throwIfEnded();
        return waiter.woken;
    }

    private void park(Waiter waiter, Object blocker) throws InterruptedIOException {
        while (!waiter.woken) {
            LockSupport.park(blocker);
            if (!waiter.woken && Thread.currentThread().isInterrupted()) {
                withdraw(waiter);
                throw new InterruptedIOException("Interrupted while waiting for a socket");
            }
            if (waiter.late) {
                withdraw(waiter);
                return;
            }
        }
    }

    /** Takes a waiter out that need not wait any more. */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    void withdraw(Waiter waiter) {
        lock.lock();
        Waiter before = null;
        for (Waiter w = first; w != null; before = w, w = w.next) {
            if (w == waiter) {
                if (before == null) {
                    first = w.next;
                } else {
                    before.next = w.next;
                }
                break;
            }
        }
        lock.unlock();
    }

    /** Wakes those who wait for one of some directions. Those who come later must find out by themselves. */
    void wake(int directions) {
        if (first != null) {
            wakeAll(take(directions));
        }
    }

    /** Returns the directions that somebody waits for. */
    int wanted() {
        lock.lock();
        int directions = 0;
        for (Waiter w = first; w != null; w = w.next) {
            directions |= w.directions;
        }
        lock.unlock();
        return directions;
    }

    /** Takes out the waiters of some directions, linked by {@code next}. */
    private @Nullable Waiter take(int directions) {
        lock.lock();
        Waiter taken = null;
        Waiter kept = null;
        for (Waiter w = first; w != null; ) {
            Waiter following = w.next;
            if ((w.directions & directions) != 0) {
                w.next = taken;
                taken = w;
            } else {
                w.next = kept;
                kept = w;
            }
            w = following;
        }
        first = kept;
        lock.unlock();
        return taken;
    }

    private static void wakeAll(@Nullable Waiter waiter) {
        for (Waiter w = waiter; w != null; ) {
            Waiter following = w.next;
            w.next = null;
            try {
                w.wake();
            } catch (Throwable bug) {
                // Of a listener. The others are to be told all the same, and nobody tells them again.
                SafeLog.error(Waiters.class, "One who waits for a socket could not be told", bug);
            }
            w = following;
        }
    }

    /** Wakes everybody, now and for ever, because the socket is closed. Returns whether this call ended it. */
    boolean close() {
        return end(Status.CLOSED);
    }

    /** The same as {@link #close()}, because the runtime is shut down. */
    boolean shutdown() {
        return end(Status.SHUT_DOWN);
    }

    private boolean end(Status ending) {
        lock.lock();
        boolean isFirst = status == Status.OPEN;
        if (isFirst) {
            status = ending;
        }
        Waiter all = first;
        first = null;
        lock.unlock();
        wakeAll(all);
        return isFirst;
    }
}
