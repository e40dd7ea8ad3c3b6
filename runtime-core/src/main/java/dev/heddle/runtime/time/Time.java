package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.Timers;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Waiting by the runtime's clock. All methods must be called from a task and suspend only that task.
 *
 * <p>Timers have a resolution of one millisecond and never fire early. Durations of zero or less are over at once, those of
 * more than 146 years are never over. A point in time is turned into a duration when the method is called; if the system's
 * clock is set after that, it makes no difference.
 *
 * <p>When the runtime shuts down, tasks that wait are aborted, and their waits throw.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="time"}
 */
public final class Time {

    private Time() {}

    private static Timers timers(String operation) {
        return CurrentTask.require(operation).timers();
    }

    /**
     * Returns the time of the runtime's clock: the system's, unless a test has paused it.
     *
     * @throws IllegalStateException if the caller is not a task
     */
    public static Instant now() {
        return timers("Time.now").instant();
    }

    /**
     * Suspends the calling task for a time.
     *
     * @param duration how long; zero or less yields at once
     * @throws InterruptedException if the task is aborted, or its thread interrupted, before or while it waits
     * @throws IllegalStateException if the caller is not a task
     */
    public static void sleep(Duration duration) throws InterruptedException {
        timers("Time.sleep").sleep(Durations.nanos(duration));
    }

    /**
     * Suspends the calling task until a point in time.
     *
     * @param deadline by the clock of {@link #now()}; one that is past yields at once
     * @throws InterruptedException if the task is aborted, or its thread interrupted, before or while it waits
     * @throws IllegalStateException if the caller is not a task
     */
    public static void sleepUntil(Instant deadline) throws InterruptedException {
        Timers timers = timers("Time.sleepUntil");
        timers.sleep(Durations.nanos(Duration.between(timers.instant(), deadline)));
    }

    /**
     * Runs a body in the calling task and interrupts it when it takes too long.
     *
     * <p>A body that ends in spite of the interrupt has its result returned. The body runs on the caller's own stack, so the
     * caller is free only once it ends: one that ignores the interrupt, or never waits, is reported to the runtime's
     * uncaught handler a second after the limit, with its stack, and goes on. To be free of
     * a body that may do that, spawn it and give the {@code get} of its handle a limit.
     *
     * <p>A limit that the body does not reach costs next to nothing. One of a second or more may begin to count when the
     * body first waits, or some milliseconds after the call if it computes for that long.
     *
     * @param limit the most time that the body may take; zero or less interrupts its first wait
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw in time, or after an abort of the task
     * @throws TimeoutException if the limit passed and the body ended by an exception; that exception is the cause
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T extends @Nullable Object, X extends Throwable> T timeout(
            Duration limit, CallableOp<? extends T, X> body) throws X, TimeoutException {
        return Timeout.call(CurrentTask.require("Time.timeout"), limit, body);
    }

    /**
     * Runs a body in the calling task and interrupts it when it goes on beyond a point in time. Otherwise as
     * {@link #timeout}.
     *
     * @param deadline by the clock of {@link #now()}; one that is past interrupts the first wait
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw in time, or after an abort of the task
     * @throws TimeoutException if the deadline passed and the body ended by an exception; that exception is the cause
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T extends @Nullable Object, X extends Throwable> T timeoutAt(
            Instant deadline, CallableOp<? extends T, X> body) throws X, TimeoutException {
        return timeout(Duration.between(now(), deadline), body);
    }

    /**
     * Returns an interval whose first tick is due now, and which makes up for ticks that it misses.
     *
     * @param period the time between ticks
     * @throws IllegalArgumentException if the period is zero or less
     * @throws IllegalStateException if the caller is not a task
     */
    public static Interval interval(Duration period) {
        return interval(period, MissedTickBehavior.BURST);
    }

    /**
     * Returns an interval whose first tick is due now.
     *
     * @param period the time between ticks
     * @param behavior what it does about ticks that it misses
     * @throws IllegalArgumentException if the period is zero or less
     * @throws IllegalStateException if the caller is not a task
     */
    public static Interval interval(Duration period, MissedTickBehavior behavior) {
        if (!period.isPositive()) {
            throw new IllegalArgumentException("The period of an interval must be positive, and it is " + period);
        }
        return new Interval(timers("Time.interval"), period, behavior);
    }

    /**
     * Returns an empty queue of values with a delay, by the clock of the calling task's runtime. The queue itself may be
     * used by any thread.
     *
     * @param <T> the type of the values
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T> DelayQueue<T> delayQueue() {
        return new DelayQueue<>(timers("Time.delayQueue"));
    }
}
