package dev.heddle.runtime.internal.scheduler;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was made runnable last, which runs next: what woke it has just written what it will read. One owner puts and
 * takes; thieves may take what they have seen here before.
 *
 * <p>Each change is an exchange or a compare-and-set, so an element leaves the slot once.
 *
 * @param <E> what is queued
 */
@SuppressWarnings("serial") // never serialized
final class LifoSlot<E> extends AtomicReference<@Nullable E> {

    /** Puts an element and returns the one that it displaces. For the owner. */
    @Nullable
    E put(E element) {
        return getAndSet(element);
    }

    /** Takes the element. For the owner. */
    @Nullable
    E take() {
        // Only the owner fills the slot, so it need not pay for an exchange to see that it is empty.
        return getPlain() == null ? null : getAndSet(null);
    }

    /** Takes the element if it is still the one that the thief has seen before. For any thread. */
    boolean steal(E seen) {
        return compareAndSet(seen, null);
    }

    /** Returns what is there at the moment. For any thread. */
    @Nullable
    E peek() {
        return getOpaque();
    }

    boolean isEmpty() {
        return getOpaque() == null;
    }
}
