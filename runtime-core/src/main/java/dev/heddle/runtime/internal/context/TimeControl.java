package dev.heddle.runtime.internal.context;

/**
 * The control of a runtime's clock, which may be paused where the runtime is made so. Paused, the time passes in jumps: to
 * the next timer once there is nothing that could run, unless somebody {@linkplain #hold() holds} it.
 */
public interface TimeControl {

    /** Returns whether {@link #pause} and {@link #resume} may be called. */
    boolean isPausable();

    boolean isPaused();

    /** Stops the clock. Has no effect if it is stopped. */
    void pause();

    /** Lets the clock go on from where it stands. Has no effect if it goes. Ends each {@link #advance}. */
    void resume();

    /**
     * Suspends the caller until the time has been moved on, whoever holds it. What is due on the way fires in order, each
     * timer at its time, and tasks run as long as they can before the time moves on.
     *
     * @param nanos how far, not negative
     * @throws InterruptedException if the caller is interrupted; the time then stands where it has come to
     */
    void advance(long nanos) throws InterruptedException;

    /** Keeps a paused clock where it is, but for {@link #advance}, until as many calls of {@link #release}. */
    void hold();

    /** Takes a {@link #hold} back. */
    void release();
}
