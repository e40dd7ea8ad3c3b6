package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Tells waiting tasks and threads that there is something to do, without saying what.
 *
 * <p>{@link #notifyOne()} wakes the one that has waited longest. If nobody waits, it is remembered for the next who would
 * wait, but only once: any number of notifications that nobody waited for count as one. {@link #notifyWaiters()} wakes all
 * who wait at that moment, and is not remembered.
 *
 * {@snippet class="dev.heddle.runtime.examples.NotifyExample" region="notify"}
 *
 * <p>All methods may be called from any thread. Those that wait suspend the caller when it is a task, and block it when it
 * is an ordinary thread. A waiter that is interrupted, as by an abort or a timeout, gives up by an
 * {@link InterruptedException}; if {@code notifyOne} had chosen it, the notification goes on to the next. Belongs to no
 * runtime, and goes on working when one is shut down.
 */
public final class Notify {

    private final SpinLock lock = new SpinLock();
    private final WaitQueue waiters = new WaitQueue();

    /** Whether a notification is remembered; then nobody waits. */
    private boolean permit;

    /** Makes one that remembers no notification. */
    public Notify() {}

    /** Wakes the one that has waited longest, or the next that would wait. Never waits. */
    public void notifyOne() {
        Waiter waiter;
        lock.lock();
        try {
            waiter = waiters.claimFirst();
            if (waiter == null) {
                permit = true;
            } else {
                waiter.item = this;
                waiter.settle(Waiter.State.DONE);
            }
        } finally {
            lock.unlock();
        }
        WaitQueue.unpark(waiter);
    }

    /** Wakes all who wait now. Never waits. */
    public void notifyWaiters() {
        Waiter chain;
        lock.lock();
        try {
            chain = waiters.settleAll(Waiter.State.DONE);
        } finally {
            lock.unlock();
        }
        WaitQueue.unparkAll(chain);
    }

    /**
     * Waits to be notified; not at all if a notification is remembered.
     *
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    public void await() throws InterruptedException {
        awaitWithin(null);
    }

    /**
     * Waits to be notified, but not for longer than said.
     *
     * @param limit the most time to wait; zero or less not to wait
     * @throws TimeoutException if the time is over
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    public void await(Duration limit) throws InterruptedException, TimeoutException {
        if (!awaitWithin(limit)) {
            throw new TimeoutException("There was no notification for " + limit);
        }
    }

    private boolean awaitWithin(@Nullable Duration limit) throws InterruptedException {
        Waits.throwIfInterrupted();
        Waiter self = null;
        lock.lock();
        try {
            if (permit) {
                permit = false;
            } else {
                self = new Waiter(null);
                waiters.add(self);
            }
        } finally {
            lock.unlock();
        }
        if (self == null) {
            CurrentTask.consumeBudget();
            return true;
        }
        boolean notified = Waits.await(self, waiters, lock, limit, this);
        if (notified && Thread.interrupted()) {
            if (self.item != null) {
                notifyOne();
            }
            throw new InterruptedException("interrupted while it waited; its notification went on to the next");
        }
        return notified;
    }

    /** Takes the remembered notification, if there is one. */
    boolean takePermit() {
        lock.lock();
        try {
            boolean taken = permit;
            permit = false;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Has a branch of a select wait; settles it at once if a notification is remembered. */
    void enqueue(Waiter waiter) {
        lock.lock();
        try {
            if (!permit) {
                waiters.add(waiter);
            } else if (waiter.claim()) {
                permit = false;
                waiter.settle(Waiter.State.DONE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Has a branch of a select wait no longer; whoever was settling it is done when this returns. */
    void dequeue(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }
}
