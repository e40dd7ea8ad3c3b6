package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;

/**
 * A series of equally spaced ticks, kept on schedule however long the work between them takes. Ticks that were missed
 * are made up for at once, one after the other. For use by one task at a time.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="interval"}
 */
public final class Interval {

    private final Timers timers;
    private final long periodNanos;
    private long nextNanos;

    Interval(Timers timers, Duration period) {
        this.timers = timers;
        this.periodNanos = Deadlines.nanos(period);
        this.nextNanos = timers.nanoTime();
    }

    /**
     * Suspends the calling task until the next tick is due. The first tick is due at once.
     *
     * @throws InterruptedException if the task is aborted, or its thread interrupted, before or while it waits; the tick
     *     is then still to come
     */
    public void tick() throws InterruptedException {
        timers.sleepUntil(nextNanos);
        nextNanos += periodNanos;
    }
}
