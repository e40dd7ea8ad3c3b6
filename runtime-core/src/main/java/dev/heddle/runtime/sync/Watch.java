package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A value that changes, and those who want to know when it does. Only the latest value is kept: who looks seldom misses
 * those in between, as suits a configuration or a state.
 *
 * {@snippet class="dev.heddle.runtime.examples.WatchExample" region="watch"}
 *
 * <p>All methods of a watch may be called from any thread, and none waits. Belongs to no runtime, and goes on working when
 * one is shut down.
 *
 * @param <T> the type of the value, which is never {@code null} and had better be immutable
 */
public final class Watch<T> implements AutoCloseable {

    /** What is published at once. Versions count the values sent. */
    private record State<T>(T value, long version, boolean closed) {}

    private final SpinLock lock = new SpinLock();

    /** Guarded by the lock. */
    private final WaitQueue waiters = new WaitQueue();

    /** Written under the lock. */
    private volatile State<T> state;

    private Watch(T initial) {
        this.state = new State<>(initial, 0, false);
    }

    /**
     * Returns a new watch.
     *
     * @param initial the value to begin with
     * @param <T> the type of the value
     */
    public static <T> Watch<T> of(T initial) {
        return new Watch<>(Objects.requireNonNull(initial, "initial"));
    }

    /** Returns the latest value. */
    public T value() {
        return state.value;
    }

    /**
     * Replaces the value and wakes whoever waits for a change.
     *
     * @param value the new value
     * @throws ClosedException if the watch is closed
     */
    public void send(T value) {
        update(current -> value);
    }

    /**
     * Replaces the value by what a function makes of it, and wakes whoever waits for a change.
     *
     * @param change makes the new value of the current one; may be called several times when others change the value at the
     *     same time, so it should have no side effects
     * @return the new value
     * @throws ClosedException if the watch is closed
     */
    public T update(UnaryOperator<T> change) {
        for (; ; ) {
            State<T> current = requireOpen();
            T value = Objects.requireNonNull(change.apply(current.value), "the new value");
            if (replace(current, new State<>(value, current.version + 1, false), Waiter.State.DONE)) {
                return value;
            }
        }
    }

    /**
     * Replaces the value by what a function makes of it, unless that is equal; only then is there a change that wakes whoever
     * waits for one.
     *
     * @param change makes the new value of the current one; may be called several times when others change the value at the
     *     same time, so it should have no side effects
     * @return whether the value has changed
     * @throws ClosedException if the watch is closed
     */
    public boolean sendIfModified(UnaryOperator<T> change) {
        for (; ; ) {
            State<T> current = requireOpen();
            T value = Objects.requireNonNull(change.apply(current.value), "the new value");
            if (value.equals(current.value)) {
                return false;
            }
            if (replace(current, new State<>(value, current.version + 1, false), Waiter.State.DONE)) {
                return true;
            }
        }
    }

    private State<T> requireOpen() {
        State<T> current = state;
        if (current.closed) {
            throw closedException();
        }
        return current;
    }

    private static ClosedException closedException() {
        return new ClosedException("The watch is closed", null);
    }

    @SuppressWarnings("ReferenceEquality") // each state is published once
    private boolean replace(State<T> expected, State<T> next, Waiter.State outcome) {
        Waiter chain;
        lock.lock();
        try {
            if (state != expected) {
                return false;
            }
            state = next;
            chain = waiters.settleAll(outcome);
        } finally {
            lock.unlock();
        }
        WaitQueue.unparkAll(chain);
        return true;
    }

    /** Returns a new receiver, for which the value of now is not new. */
    public Receiver<T> subscribe() {
        return new Receiver<>(this, state.version);
    }

    /**
     * Says that the value will not change any more. Who waits for a change gets a {@link ClosedException}; the last value
     * stays, and to a receiver that has not seen it, it is still new. Has no effect the second time.
     */
    @Override
    public void close() {
        State<T> current = state;
        while (!current.closed
                && !replace(current, new State<>(current.value, current.version, true), Waiter.State.CLOSED)) {
            current = state;
        }
    }

    /** Returns whether somebody has closed the watch. */
    public boolean isClosed() {
        return state.closed;
    }

    /**
     * One who looks at a {@link Watch}, and knows which value it has seen. For one thread at a time; the methods that wait
     * suspend the caller when it is a task, and block it when it is an ordinary thread. An interrupt ends a wait with an
     * {@link InterruptedException}, and a change is then still new.
     *
     * @param <T> the type of the value
     */
    public static final class Receiver<T> {

        private final Watch<T> watch;
        private long seen;

        private Receiver(Watch<T> watch, long seen) {
            this.watch = watch;
            this.seen = seen;
        }

        /** Returns the latest value, which does not count as having seen it. */
        public T value() {
            return watch.state.value;
        }

        /** Returns the latest value, and has seen it. */
        public T see() {
            return see(watch.state);
        }

        private T see(State<T> state) {
            seen = state.version;
            return state.value;
        }

        /** Returns the version of the value that this receiver saw last: how many were sent before it. */
        public long version() {
            return seen;
        }

        /** Returns whether there is a value that this receiver has not seen. */
        public boolean hasChanged() {
            return watch.state.version != seen;
        }

        /**
         * Waits until there is a value that this receiver has not seen, and sees it.
         *
         * @return the latest value
         * @throws ClosedException if the watch is closed, and this receiver has seen its last value
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public T changed() throws InterruptedException {
            return Objects.requireNonNull(await(null, TimeLimit.NONE));
        }

        /**
         * Waits until there is a value that this receiver has not seen, but not for longer than said, and sees it.
         *
         * @param limit the most time to wait; zero or less not to wait
         * @return the latest value
         * @throws TimeoutException if the time is over
         * @throws ClosedException if the watch is closed, and this receiver has seen its last value
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public T changed(Duration limit) throws InterruptedException, TimeoutException {
            return awaitWithin(null, limit);
        }

        /**
         * Waits until the value is as wanted, and sees it; at once if it is already, seen or not. Values that come and go while
         * nobody looks are missed, as always.
         *
         * @param wanted what the value has to be like; called on the calling thread
         * @return the value
         * @throws ClosedException if the watch is closed and its last value is not as wanted
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public T waitFor(Predicate<? super T> wanted) throws InterruptedException {
            return Objects.requireNonNull(await(wanted, TimeLimit.NONE));
        }

        /**
         * Waits until the value is as wanted, but not for longer than said, and sees it.
         *
         * @param wanted what the value has to be like; called on the calling thread
         * @param limit the most time to wait; zero or less not to wait
         * @return the value
         * @throws TimeoutException if the time is over
         * @throws ClosedException if the watch is closed and its last value is not as wanted
         * @throws InterruptedException if the caller is interrupted before or while it waits
         */
        public T waitFor(Predicate<? super T> wanted, Duration limit) throws InterruptedException, TimeoutException {
            return awaitWithin(wanted, limit);
        }

        private T awaitWithin(@Nullable Predicate<? super T> wanted, Duration limit)
                throws InterruptedException, TimeoutException {
            TimeLimit timeLimit = TimeLimit.startNow(limit);
            T value;
            try {
                value = await(wanted, timeLimit);
            } finally {
                timeLimit.end();
            }
            if (value == null) {
                throw new TimeoutException("The value was not as wanted for " + limit);
            }
            return value;
        }

        /** Returns {@code null} if the time is over. */
        private @Nullable T await(@Nullable Predicate<? super T> wanted, TimeLimit limit) throws InterruptedException {
            Waits.throwIfInterrupted();
            boolean waited = false;
            for (; ; ) {
                State<T> state = watch.state;
                boolean there = wanted == null ? state.version != seen : wanted.test(state.value);
                if (there) {
                    if (!waited) {
                        CurrentTask.consumeBudget();
                    }
                    return see(state);
                }
                if (state.closed) {
                    throw closedException();
                }
                Waiter self = new Waiter(null);
                if (watch.enqueue(self, state) && !Waits.await(self, watch.waiters, watch.lock, limit, watch)) {
                    return null;
                }
                waited = true;
            }
        }

        /** Returns the latest value, and has seen it, if it is new; {@code null} if it is not. */
        @Nullable
        T pollChanged() {
            return hasChanged() ? see() : null;
        }

        /** Whether nothing will ever be new to this receiver. */
        boolean isAtEnd() {
            State<T> state = watch.state;
            return state.closed && state.version == seen;
        }

        /** Has a branch of a select wait; settles it at once if there is something new already. */
        void enqueue(Waiter waiter) {
            watch.lock.lock();
            try {
                State<T> state = watch.state;
                if (state.version == seen && !state.closed) {
                    watch.waiters.add(waiter);
                } else if (waiter.claim()) {
                    waiter.settle(Waiter.State.DONE);
                }
            } finally {
                watch.lock.unlock();
            }
        }

        /** Has a branch of a select wait no longer; whoever was settling it is done when this returns. */
        void dequeue(Waiter waiter) {
            watch.lock.lock();
            try {
                watch.waiters.remove(waiter);
            } finally {
                watch.lock.unlock();
            }
        }
    }

    /** Puts a waiter into the queue unless the state has changed since the caller looked. */
    @SuppressWarnings("ReferenceEquality") // each state is published once
    private boolean enqueue(Waiter waiter, State<T> looked) {
        lock.lock();
        try {
            if (state != looked) {
                return false;
            }
            waiters.add(waiter);
            return true;
        } finally {
            lock.unlock();
        }
    }
}
