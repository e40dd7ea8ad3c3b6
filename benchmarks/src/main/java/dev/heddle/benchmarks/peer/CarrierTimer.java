package dev.heddle.benchmarks.peer;

import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A timed wait of a virtual thread, as a {@link TimedPool} keeps it. */
final class CarrierTimer implements ScheduledFuture<Object> {

    private final Runnable expiry;
    private final long deadline;
    private volatile boolean cancelled;

    CarrierTimer(Runnable expiry, long delay, TimeUnit unit) {
        this.expiry = expiry;
        this.deadline = System.nanoTime() + unit.toNanos(delay);
    }

    boolean isDue(long now) {
        return nanosLeft(now) <= 0;
    }

    long nanosLeft(long now) {
        return deadline - now;
    }

    void fire() {
        if (!cancelled) {
            expiry.run();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        cancelled = true;
        return true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public boolean isDone() {
        return cancelled || isDue(System.nanoTime());
    }

    @Override
    public long getDelay(TimeUnit unit) {
        return unit.convert(nanosLeft(System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
        return Long.signum(deadline - ((CarrierTimer) other).deadline);
    }

    @Override
    public Object get() {
        throw new UnsupportedOperationException("The JDK never asks for the result of a timed wait");
    }

    @Override
    public Object get(long timeout, TimeUnit unit) {
        return get();
    }
}
