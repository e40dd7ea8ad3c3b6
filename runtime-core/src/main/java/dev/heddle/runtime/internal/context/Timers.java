package dev.heddle.runtime.internal.context;

import java.time.Instant;

/** The timers of a runtime. */
public interface Timers {

    /** Returns the runtime's time in nanoseconds; comparable only by difference, as {@link System#nanoTime()}. */
    long nanoTime();

    /** Returns the runtime's time of day. */
    Instant instant();

    /**
     * Suspends the caller until a deadline.
     *
     * @param deadlineNanos when to go on, in terms of {@link #nanoTime()}; one that is past yields at once
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    void sleepUntil(long deadlineNanos) throws InterruptedException;

    /**
     * Suspends the caller for a time.
     *
     * @param nanos how long; zero or less yields at once
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    void sleep(long nanos) throws InterruptedException;

    /**
     * Runs an action once a deadline has passed, never before.
     *
     * @param deadlineNanos when to run it, in terms of {@link #nanoTime()}
     * @param action run on a thread of the runtime; must be short, must not wait and must not throw
     * @return a handle to disarm the timer
     */
    Timer schedule(long deadlineNanos, Runnable action);

    /**
     * Runs an action some time from now, unless it is cancelled, which is expected to happen long before. The cheapest
     * timer: one of a second or more, armed by a task on a worker, may begin to count when that task first waits, or some
     * milliseconds later.
     *
     * @param nanos after how long, never less
     * @param action as for {@link #schedule}
     * @return a handle to disarm the timer
     */
    Timer limit(long nanos, Runnable action);

    /** An armed timer. */
    interface Timer {

        /**
         * Disarms the timer.
         *
         * @return {@code true} if this call prevents the action from running; {@code false} if it has run, is running
         *     or was already disarmed
         */
        boolean cancel();

        /** Returns whether the time has come before the timer was disarmed; the action has then run or is about to. */
        boolean hasFired();
    }
}
