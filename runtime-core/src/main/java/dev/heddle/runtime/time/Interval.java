package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;
import java.time.Instant;

/**
 * A series of equally spaced ticks. For use by one task at a time.
 *
 * <p>A tick counts as missed when it comes more than 5 ms late; what the interval does then is its
 * {@link MissedTickBehavior}. Otherwise it keeps to its schedule, however late a single tick was.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="interval"}
 */
public final class Interval {

    /** Less is what the timers' resolution and a busy worker do to every tick. */
    private static final long TOLERANCE_NANOS = 5_000_000;

    private final Timers timers;
    private final long periodNanos;
    private final MissedTickBehavior behavior;
    private long nextNanos;

    Interval(Timers timers, Duration period, MissedTickBehavior behavior) {
        this.timers = timers;
        this.periodNanos = Durations.nanos(period);
        this.behavior = behavior;
        this.nextNanos = timers.nanoTime();
    }

    /**
     * Suspends the calling task until the next tick is due. The first tick is due at once.
     *
     * @return the time at which the tick was due, by the runtime's clock
     * @throws InterruptedException if the task is aborted, or its thread interrupted, before or while it waits; the tick
     *     is then still to come
     */
    public Instant tick() throws InterruptedException {
        timers.sleepUntil(nextNanos);
        long now = timers.nanoTime();
        long late = now - nextNanos;
        nextNanos += late <= TOLERANCE_NANOS ? periodNanos : advance(late);
        return timers.instant().minusNanos(late);
    }

    /** Returns how far the next tick is from the one that has just come late. */
    private long advance(long late) {
        return switch (behavior) {
            case BURST -> periodNanos;
            case DELAY -> late + periodNanos;
            case SKIP -> late - late % periodNanos + periodNanos;
        };
    }

    /** Begins a new schedule: the next tick is due one period from now. */
    public void reset() {
        nextNanos = timers.nanoTime() + periodNanos;
    }

    /**
     * Begins a new schedule whose first tick is due after a time.
     *
     * @param delay how long from now; zero or less for at once
     */
    public void resetAfter(Duration delay) {
        nextNanos = timers.nanoTime() + Durations.nanos(delay);
    }

    /** Returns the time between ticks; 146 years if it was given more. */
    public Duration period() {
        return Duration.ofNanos(periodNanos);
    }
}
