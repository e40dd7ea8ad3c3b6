package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.task.Observability;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one worker has done. Written by the worker alone, on every switch, so a worker that is stuck in a task shows as
 * stuck; read by anybody. A worker that takes the place of one that has left goes on with its counters, which therefore
 * never go down.
 */
final class WorkerCounters {

    /** A counter with a single writer: opaque stores cost no fence, and readers see them in order and soon. */
    @SuppressWarnings("serial") // never serialized
    static final class Counter extends AtomicLong {

        void add(long amount) {
            if (Observability.ON) {
                setOpaque(getPlain() + amount);
            }
        }

        void increment() {
            add(1);
        }
    }

    final Counter runs = new Counter();
    final Counter parks = new Counter();
    final Counter steals = new Counter();
    final Counter stolenTasks = new Counter();
    final Counter overflows = new Counter();
    private final Counter parkedNanos = new Counter();
    private final long startedAt = System.nanoTime();
    private volatile long parkedAt;

    void parking() {
        parks.increment();
        left();
    }

    /** The time until the next worker takes the place counts as parked. */
    void left() {
        parkedAt = System.nanoTime() | 1;
    }

    /** Goes on for another worker. The first needs no call. */
    void takenOver() {
        unparked();
    }

    void unparked() {
        parkedNanos.add(System.nanoTime() - parkedAt);
        parkedAt = 0;
    }

    long busyNanos() {
        long now = System.nanoTime();
        long since = parkedAt;
        long parked = parkedNanos.getOpaque() + (since == 0 ? 0 : now - since);
        return Math.max(0, now - startedAt - parked);
    }
}
