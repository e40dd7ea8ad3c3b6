package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.Timers;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waiting by the runtime's clock. All methods must be called from a task and suspend only that task.
 *
 * <p>Timers have a resolution of one millisecond and never fire early.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="time"}
 */
public final class Time {

    private Time() {}

    /**
     * Suspends the calling task for a time.
     *
     * @param duration how long; zero or less yields at once
     * @throws InterruptedException if the task is aborted, or its thread interrupted, before or while it waits
     * @throws IllegalStateException if the caller is not a task
     */
    public static void sleep(Duration duration) throws InterruptedException {
        Timers timers = CurrentTask.require("Time.sleep").timers();
        timers.sleepUntil(Deadlines.after(timers.nanoTime(), duration));
    }

    /**
     * Runs a body in the calling task and interrupts it when it takes too long.
     *
     * <p>A body that ends in spite of the interrupt has its result returned. A body that ignores the interrupt is waited
     * for: code that never waits cannot be stopped from outside.
     *
     * @param limit the most time that the body may take
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw in time
     * @throws TimeoutException if the limit passed and the body ended by an exception; that exception is the cause
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T extends @Nullable Object, X extends Throwable> T timeout(
            Duration limit, CallableOp<? extends T, X> body) throws X, TimeoutException {
        return Timeout.call(CurrentTask.require("Time.timeout"), limit, body);
    }

    /**
     * Returns an interval whose first tick is due now.
     *
     * @param period the time between ticks
     * @throws IllegalArgumentException if the period is zero or less
     * @throws IllegalStateException if the caller is not a task
     */
    public static Interval interval(Duration period) {
        if (!period.isPositive()) {
            throw new IllegalArgumentException("The period of an interval must be positive, and it is " + period);
        }
        return new Interval(CurrentTask.require("Time.interval").timers(), period);
    }
}
