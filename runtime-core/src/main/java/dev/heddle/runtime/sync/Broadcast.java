package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Passes values from any number of senders to all receivers: each of them gets each value that is sent after it
 * subscribed, in the order in which they were sent.
 *
 * <p>A sender never waits. The broadcast retains the last values, as many as its capacity says, until newer ones replace
 * them; a receiver that falls further behind is told how many it has missed, by a {@link LaggedException}, and goes on with
 * the oldest one retained.
 *
 * {@snippet class="dev.heddle.runtime.examples.BroadcastExample" region="broadcast"}
 *
 * <p>All methods of a broadcast may be called from any thread, and none waits. Belongs to no runtime, and goes on working
 * when one is shut down.
 *
 * @param <T> the type of the values, which are never {@code null}
 */
public final class Broadcast<T> implements AutoCloseable {

    // All guarded by the lock, which a receiver's fields are too.

    private final SpinLock lock = new SpinLock();
    private final WaitQueue waiters = new WaitQueue();

    /** The value sent as the n-th is at n modulo the capacity. */
    private final @Nullable Object[] retained;

    private long sent;
    private int receivers;
    private boolean closed;

    private Broadcast(int capacity) {
        this.retained = new @Nullable Object[capacity];
    }

    /**
     * Returns a new broadcast, which has no receivers.
     *
     * @param capacity how many values a receiver may be behind without missing any
     * @param <T> the type of the values
     * @throws IllegalArgumentException if the capacity is less than 1
     */
    public static <T> Broadcast<T> retaining(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("A broadcast must retain a value at least, and not " + capacity);
        }
        return new Broadcast<>(capacity);
    }

    /**
     * Sends a value to all who have subscribed.
     *
     * @param value what to send
     * @return how many receivers there are; if there are none, the value is gone
     * @throws ClosedException if the broadcast is closed
     */
    public int send(T value) {
        Objects.requireNonNull(value, "value");
        Waiter chain = null;
        int reached;
        boolean refused;
        lock.lock();
        try {
            reached = receivers;
            refused = closed;
            if (!refused && reached > 0) {
                retained[slot(sent)] = value;
                sent++;
                chain = waiters.settleAll(Waiter.State.DONE);
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            throw new ClosedException("The broadcast is closed", null);
        }
        WaitQueue.unparkAll(chain);
        return reached;
    }

    private int slot(long position) {
        return (int) (position % retained.length);
    }

    /**
     * Returns a new receiver, which gets what is sent from now on; of a closed broadcast one that is at its end.
     */
    public Receiver<T> subscribe() {
        lock.lock();
        try {
            receivers++;
            return new Receiver<>(this, sent);
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing more will be sent. Receivers get what they have not received yet, and then the end. */
    @Override
    public void close() {
        Waiter chain;
        lock.lock();
        try {
            closed = true;
            chain = waiters.settleAll(Waiter.State.CLOSED);
        } finally {
            lock.unlock();
        }
        WaitQueue.unparkAll(chain);
    }

    /** Returns how many receivers have subscribed and are not closed. */
    public int receivers() {
        lock.lock();
        try {
            return receivers;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What gets each value of a {@link Broadcast}. For one thread at a time; the methods that wait suspend the caller when
     * it is a task, and block it when it is an ordinary thread. An interrupt ends a wait with an
     * {@link InterruptedException}, and the next receive then gets what this one would have.
     *
     * @param <T> the type of the values
     */
    public static final class Receiver<T> implements AutoCloseable {

        private final Broadcast<T> broadcast;
        private long next;
        private boolean closed;

        private Receiver(Broadcast<T> broadcast, long next) {
            this.broadcast = broadcast;
            this.next = next;
        }

        /**
         * Receives the next value, and waits while there is none.
         *
         * @return the value, or {@code null} at the end: the broadcast was closed, and this receiver has had everything
         * @throws LaggedException if values were replaced before this receiver got to them; the next receive gets the oldest
         *     one retained
         * @throws ClosedException if this receiver is closed
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public @Nullable T receive() throws InterruptedException, LaggedException {
            return cast(receive(TimeLimit.NONE));
        }

        /**
         * Receives the next value, and waits while there is none, but not for longer than said.
         *
         * @param limit the most time to wait; zero or less not to wait
         * @return the value, or {@code null} at the end: the broadcast was closed, and this receiver has had everything
         * @throws LaggedException if values were replaced before this receiver got to them; the next receive gets the oldest
         *     one retained
         * @throws TimeoutException if the time is over
         * @throws ClosedException if this receiver is closed
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public @Nullable T receive(Duration limit) throws InterruptedException, LaggedException, TimeoutException {
            TimeLimit timeLimit = TimeLimit.startNow(limit);
            Object value;
            try {
                value = receive(timeLimit);
            } finally {
                timeLimit.end();
            }
            if (value == Channel.Absence.NOTHING_YET) {
                throw new TimeoutException("There was no new value for " + limit);
            }
            return cast(value);
        }

        /** Returns {@link Channel.Absence#NOTHING_YET} if the time is over. */
        private Object receive(TimeLimit limit) throws InterruptedException, LaggedException {
            Waits.throwIfInterrupted();
            Waiter self = new Waiter(null);
            Object value = takeOrThrow(self);
            if (value != Channel.Absence.NOTHING_YET) {
                CurrentTask.consumeBudget();
                return value;
            }
            while (Waits.await(self, broadcast.waiters, broadcast.lock, limit, broadcast)) {
                self = new Waiter(null);
                value = takeOrThrow(self);
                if (value != Channel.Absence.NOTHING_YET) {
                    return value;
                }
            }
            return value;
        }

        /**
         * Receives the next value if there is one.
         *
         * @return the value, or {@code null} if there is none now, or none any more
         * @throws LaggedException if values were replaced before this receiver got to them; the next receive gets the oldest
         *     one retained
         * @throws ClosedException if this receiver is closed
         */
        public @Nullable T tryReceive() throws LaggedException {
            Object value = takeOrThrow(null);
            CurrentTask.consumeBudget();
            return cast(value);
        }

        /** The same as {@link #take}, but a lag and the failure are thrown. */
        private Object takeOrThrow(@Nullable Waiter self) throws LaggedException {
            Object taken = take(self);
            if (taken == Channel.Absence.FAILED) {
                throw closedException();
            }
            if (taken instanceof Lag lag) {
                throw new LaggedException(lag.missed);
            }
            return taken;
        }

        /** For those who found this receiver closed. */
        ClosedException closedException() {
            return new ClosedException("The receiver is closed", null);
        }

        /**
         * Returns the next value and moves on; or a {@link Lag}, having moved on to the oldest value retained; or a
         * {@link Channel.Absence}, which is the failure if this receiver is closed.
         *
         * @param self who waits if there is nothing yet, or {@code null}
         */
        Object take(@Nullable Waiter self) {
            broadcast.lock.lock();
            try {
                if (closed) {
                    return Channel.Absence.FAILED;
                }
                long missed = broadcast.sent - broadcast.retained.length - next;
                if (missed > 0) {
                    next += missed;
                    return new Lag(missed);
                }
                if (next < broadcast.sent) {
                    return Objects.requireNonNull(broadcast.retained[broadcast.slot(next++)]);
                }
                if (broadcast.closed) {
                    return Channel.Absence.END;
                }
                if (self != null) {
                    broadcast.waiters.add(self);
                }
                return Channel.Absence.NOTHING_YET;
            } finally {
                broadcast.lock.unlock();
            }
        }

        /** Has a branch of a select wait; settles it at once if there is something to take already. */
        void enqueue(Waiter waiter) {
            broadcast.lock.lock();
            try {
                if (!closed && !broadcast.closed && next == broadcast.sent) {
                    broadcast.waiters.add(waiter);
                } else if (waiter.claim()) {
                    waiter.settle(Waiter.State.DONE);
                }
            } finally {
                broadcast.lock.unlock();
            }
        }

        /** Has a branch of a select wait no longer; whoever was settling it is done when this returns. */
        void dequeue(Waiter waiter) {
            broadcast.lock.lock();
            try {
                broadcast.waiters.remove(waiter);
            } finally {
                broadcast.lock.unlock();
            }
        }

        @SuppressWarnings("unchecked") // what was sent
        private @Nullable T cast(Object value) {
            return value instanceof Channel.Absence ? null : (T) value;
        }

        /** Unsubscribes: the broadcast no longer counts this receiver. Has no effect the second time. */
        @Override
        public void close() {
            broadcast.lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    broadcast.receivers--;
                }
            } finally {
                broadcast.lock.unlock();
            }
        }
    }

    /** What a receiver takes instead of the values that were replaced. */
    record Lag(long missed) {}
}
