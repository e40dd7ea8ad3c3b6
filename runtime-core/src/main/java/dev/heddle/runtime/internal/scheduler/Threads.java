package dev.heddle.runtime.internal.scheduler;

import java.time.Duration;

/** The end of a scheduler's threads. */
final class Threads {

    private Threads() {}

    /**
     * Waits until a thread has ended. Not for one that is not started yet, or could not be: if it ever runs, it finds that
     * its scheduler stops.
     *
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     */
    static void join(Thread thread, long deadlineNanos) throws InterruptedException {
        if (thread.getState() != Thread.State.NEW) {
            thread.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
        }
    }
}
