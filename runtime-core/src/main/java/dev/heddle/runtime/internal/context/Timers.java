package dev.heddle.runtime.internal.context;

/** The timers of a runtime. */
public interface Timers {

    /** Returns the runtime's time in nanoseconds; comparable only by difference, as {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * Suspends the caller until a deadline.
     *
     * @param deadlineNanos when to go on, in terms of {@link #nanoTime()}; one that is past yields at once
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    void sleepUntil(long deadlineNanos) throws InterruptedException;

    /**
     * Runs an action once a deadline has passed, never before.
     *
     * @param deadlineNanos when to run it, in terms of {@link #nanoTime()}
     * @param action run on a thread of the runtime; must be short, must not wait and must not throw
     * @return a handle to disarm the timer
     */
    Timer schedule(long deadlineNanos, Runnable action);

    /** An armed timer. */
    interface Timer {

        /**
         * Disarms the timer.
         *
         * @return {@code true} if this call prevents the action from running; {@code false} if it has run, is running
         *     or was already disarmed
         */
        boolean cancel();
    }
}
