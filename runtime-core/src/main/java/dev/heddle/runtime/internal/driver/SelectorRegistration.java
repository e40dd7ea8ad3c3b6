package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.driver.Waiters.Waiter;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel registered with a {@link SelectorReactor}, and who waits for it.
 *
 * <p>Interest follows from the list of waiters: the polling thread turns a direction off when it takes that direction's
 * waiters, and on again when it finds new ones at the next update. A waiter that comes in between has queued an update
 * itself.
 */
final class SelectorRegistration {

    private static final int READ_OPS = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITE_OPS = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final SelectorReactor reactor;
    private final Waiters waiters = new Waiters();
    private volatile @Nullable SelectionKey key;

    SelectorRegistration(SelectorReactor reactor) {
        this.reactor = reactor;
    }

    void attach(SelectionKey selectionKey) {
        this.key = selectionKey;
    }

    /**
     * Suspends the caller until the channel may be ready.
     *
     * @param directions of those of {@link Waiters}; 0 for none but the close
     * @param deadlineNanos when to stop waiting
     * @return whether the wait ended in time
     */
    boolean await(int directions, long deadlineNanos) throws IOException {
        return await(directions, deadlineNanos, () -> false);
    }

    /**
     * The same for one that others have news for.
     *
     * @param news asked once the caller can be woken: whether there is a reason not to wait
     */
    boolean await(int directions, long deadlineNanos, BooleanSupplier news) throws IOException {
        Waiter waiter = waiters.add(directions);
        if (news.getAsBoolean()) {
            waiters.withdraw(waiter);
            return true;
        }
        if (directions != 0) {
            reactor.requestUpdate(this);
        }
        return waiters.await(waiter, deadlineNanos, reactor.timers(), this);
    }

    void wakeReaders() {
        waiters.wake(Waiters.READ);
    }

    /** Has a listener run when the channel may be ready, or has ended; returns what withdraws it. */
    Runnable listen(int directions, Runnable listener) {
        Waiter waiter = waiters.listen(directions, listener);
        if (directions != 0) {
            reactor.requestUpdate(this);
        }
        return () -> waiters.withdraw(waiter);
    }

    /** Throws if the channel has ended. */
    void throwIfEnded() throws IOException {
        waiters.throwIfEnded();
    }

    /** Turns interest on for those who wait. Called by the polling thread only. */
    void updateInterest() {
        SelectionKey k = key;
        if (k != null && k.isValid()) {
            k.interestOpsOr(opsOf(waiters.wanted()) & k.channel().validOps());
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
        int directions =
                ((readyOps & READ_OPS) == 0 ? 0 : Waiters.READ) | ((readyOps & WRITE_OPS) == 0 ? 0 : Waiters.WRITE);
        // Off before the waiters are taken: one that arrives after the take queues an update, which turns it on again.
        k.interestOpsAnd(~opsOf(directions));
        waiters.wake(directions);
    }

    private static int opsOf(int directions) {
        return ((directions & Waiters.READ) == 0 ? 0 : READ_OPS) | ((directions & Waiters.WRITE) == 0 ? 0 : WRITE_OPS);
    }

    /** Ends every wait because the channel was closed, which the caller has done before. */
    void close() {
        if (waiters.close()) {
            reactor.deregistered();
        }
    }

    /** Ends every wait because the runtime is shut down. */
    void shutdown() {
        if (waiters.shutdown()) {
            reactor.deregistered();
        }
    }

    @Override
    public String toString() {
        return "socket";
    }
}
