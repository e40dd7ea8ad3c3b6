package dev.heddle.runtime.internal.context;

/** Something that ends once, for those who wait for more than that. */
public interface Ending {

    /**
     * Has a listener run when this has ended; at once, on the calling thread, if it has already.
     *
     * @param listener must be short, must not wait and must not throw; may be run twice
     */
    void whenEnded(Runnable listener);

    /**
     * Forgets a listener, which may run all the same if this ends at the same time.
     *
     * @param listener what was given to {@link #whenEnded}
     */
    void forget(Runnable listener);
}
