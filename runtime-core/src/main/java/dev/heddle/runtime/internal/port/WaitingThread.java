package dev.heddle.runtime.internal.port;

import org.jspecify.annotations.Nullable;

/**
 * A thread that waits, in a list of such.
 *
 * <p>The list is changed under a lock of its keeper. Its links stay where they are in one that has been taken out, so
 * whoever goes through it outside of the lock comes to its end, and to all that were in it before; it may meet one that has
 * gone meanwhile, and wakes it in vain.
 *
 * @param <W> the type of the list's elements
 */
public abstract class WaitingThread<W extends WaitingThread<W>> {

    private final Thread thread = Thread.currentThread();
    private volatile @Nullable W next;

    /**
     * Makes the calling thread wait.
     *
     * @param next the present first one of the list; the new one comes before it
     */
    protected WaitingThread(@Nullable W next) {
        this.next = next;
    }

    public final Thread thread() {
        return thread;
    }

    public final @Nullable W next() {
        return next;
    }

    /**
     * Takes one out of a list. Under the keeper's lock.
     *
     * @param first the list; {@code null} if it is empty
     * @param gone which, in the list or not
     * @return the new first one
     */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    public static <W extends WaitingThread<W>> @Nullable W without(@Nullable W first, W gone) {
        if (first == gone) {
            return gone.next();
        }
        for (WaitingThread<W> waiter = first; waiter != null; waiter = waiter.next) {
            if (waiter.next == gone) {
                waiter.next = gone.next();
            }
        }
        return first;
    }
}
