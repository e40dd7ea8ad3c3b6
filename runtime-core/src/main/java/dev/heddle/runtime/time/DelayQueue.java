package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Values that come out when their time has come, each at most once in the queue, by the clock of a runtime. Made by
 * {@link Time#delayQueue()}.
 *
 * <p>All methods may be called from any thread. One value costs one entry, however often its time is changed. Values that
 * are due at the same time come out in the order in which they were put in. After the runtime has shut down nobody is
 * woken any more, but what is due can still be {@linkplain #poll() polled}.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="delay-queue"}
 *
 * @param <T> the type of the values, by whose {@code equals} and {@code hashCode} they are told apart
 */
public final class DelayQueue<T> {

    private record Entry<T>(T value, long atNanos, long sequence) implements Comparable<Entry<T>> {

        @Override
        public int compareTo(Entry<T> other) {
            int order = Long.compare(atNanos, other.atNanos);
            return order == 0 ? Long.compare(sequence, other.sequence) : order;
        }
    }

    /** A thread in {@link #take}; {@code called} when it has to look again. */
    private static final class Taker {

        private final Thread thread = Thread.currentThread();
        private volatile boolean called;

        void call() {
            called = true;
            LockSupport.unpark(thread);
        }
    }

    private final Timers timers;

    /** Times are counted from here, so that they can be compared. */
    private final long originNanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<T, Entry<T>> entries = new HashMap<>();
    private final TreeSet<Entry<T>> ordered = new TreeSet<>();

    /** Who waits. The first has a timer for the earliest value, the others wait to become the first. */
    private final Queue<Taker> takers = new ArrayDeque<>();

    private long nextSequence;

    DelayQueue(Timers timers) {
        this.timers = timers;
        this.originNanos = timers.nanoTime();
    }

    private long now() {
        return timers.nanoTime() - originNanos;
    }

    /**
     * Puts a value in.
     *
     * @param value what comes out
     * @param delay after how long; zero or less for at once
     * @return {@code false} if the queue holds the value already, whose time stays as it is
     */
    public boolean insert(T value, Duration delay) {
        Objects.requireNonNull(value, "value");
        lock.lock();
        try {
            if (entries.containsKey(value)) {
                return false;
            }
            add(value, delay);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Changes the time of a value that is in the queue.
     *
     * @param value the value
     * @param delay after how long from now it comes out; zero or less for at once
     * @return {@code false} if the queue does not hold the value; it is not put in
     */
    public boolean reset(T value, Duration delay) {
        Objects.requireNonNull(value, "value");
        lock.lock();
        try {
            Entry<T> previous = entries.remove(value);
            if (previous == null) {
                return false;
            }
            ordered.remove(previous);
            add(previous.value, delay);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void add(T value, Duration delay) {
        Entry<T> entry = new Entry<>(value, now() + Durations.nanos(delay), nextSequence++);
        entries.put(value, entry);
        ordered.add(entry);
        if (ordered.first().sequence == entry.sequence) {
            callFirst();
        }
    }

    /**
     * Takes a value out before its time.
     *
     * @param value the value
     * @return {@code false} if the queue does not hold it
     */
    public boolean remove(T value) {
        Objects.requireNonNull(value, "value");
        lock.lock();
        try {
            Entry<T> entry = entries.remove(value);
            return entry != null && ordered.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the earliest value out once it is due, and waits for that: a task suspends, another thread blocks.
     *
     * @return the value
     * @throws InterruptedException if the task is aborted, or the thread interrupted, before or while it waits; no value is
     *     lost
     */
    public T take() throws InterruptedException {
        Taker taker = new Taker();
        lock.lockInterruptibly();
        try {
            takers.add(taker);
        } finally {
            lock.unlock();
        }
        try {
            for (; ; ) {
                taker.called = false;
                long wait;
                lock.lock();
                try {
                    T value = pollLocked();
                    if (value != null) {
                        return value;
                    }
                    wait = isFirst(taker) && !ordered.isEmpty() ? ordered.first().atNanos - now() : Long.MAX_VALUE;
                } finally {
                    lock.unlock();
                }
                await(taker, wait);
            }
        } finally {
            leave(taker);
        }
    }

    private boolean isFirst(Taker taker) {
        return takers.peek() == taker;
    }

    private void await(Taker taker, long nanos) throws InterruptedException {
        Timers.Timer timer = nanos == Long.MAX_VALUE ? null : timers.schedule(timers.nanoTime() + nanos, taker::call);
        try {
            while (!taker.called) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while waiting for a value to be due");
                }
            }
        } finally {
            if (timer != null) {
                timer.cancel();
            }
        }
    }

    /** Ends a wait. Whoever leaves has the one who is first then look, so that no call is lost with it. */
    private void leave(Taker taker) {
        lock.lock();
        try {
            takers.remove(taker);
            callFirst();
        } finally {
            lock.unlock();
        }
    }

    private void callFirst() {
        Taker first = takers.peek();
        if (first != null) {
            first.call();
        }
    }

    /**
     * Takes the earliest value out if it is due.
     *
     * @return the value, or {@code null} if none is due
     */
    public @Nullable T poll() {
        lock.lock();
        try {
            return pollLocked();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable T pollLocked() {
        if (ordered.isEmpty() || ordered.first().atNanos > now()) {
            return null;
        }
        T value = ordered.removeFirst().value;
        entries.remove(value);
        return value;
    }

    /** Returns how many values are in the queue, due or not. */
    public int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }
}
