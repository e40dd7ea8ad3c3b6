package dev.heddle.runtime.time;

import java.time.Duration;
import java.time.InstantSource;

/**
 * The clock of a runtime: the system's, and in a current-thread runtime one that can be paused, for tests. Its timers go by
 * it. {@link #withZone} makes a {@link java.time.Clock} of it.
 *
 * <p>While it is paused, the time stands still as long as a task can run. When none can it jumps to the next timer, so that
 * code that waits for hours is through at once and sees the time that it would see. It does not jump by itself while a
 * blocking task is queued or runs, unless all that one does is sleep by this clock, or while a task waits for a socket:
 * what they wait for comes in real time. A task that waits for a connection which never comes therefore stops it for good,
 * but for {@link #advance}. What does not go by this clock, such as {@link Thread#sleep} and the time limits of the JDK's
 * locks and queues, goes on in real time, and is not waited for.
 *
 * <p>All methods may be called from any thread.
 *
 * {@snippet class="dev.heddle.runtime.examples.TimeExamples" region="clock"}
 */
public interface RuntimeClock extends InstantSource {

    /** Returns whether the clock is paused. */
    boolean isPaused();

    /**
     * Stops the clock where it stands. Has no effect if it is paused.
     *
     * @throws UnsupportedOperationException if this is the clock of a multi-thread runtime
     */
    void pause();

    /**
     * Lets the clock go on in real time, from where it stands. Has no effect if it is not paused.
     *
     * @throws UnsupportedOperationException if this is the clock of a multi-thread runtime
     */
    void resume();

    /**
     * Moves a paused clock on and returns when everything due on the way is done: each timer fires at its time, in order,
     * and the tasks that it wakes run as long as they can before the time moves further. Called from a task of the runtime,
     * it suspends that task; any other caller blocks, and runs the tasks if no other thread does.
     *
     * @param duration how far; zero lets the tasks run as long as they can
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the clock is not paused
     * @throws InterruptedException if the caller is interrupted; the time then stands where it has come to
     * @throws UnsupportedOperationException if this is the clock of a multi-thread runtime
     */
    void advance(Duration duration) throws InterruptedException;
}
