package dev.heddle.runtime.sync;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Threads that wait, first come, first served. Guarded by the lock of its owner, but for the static methods. */
final class WaitQueue {

    private @Nullable Waiter first;
    private @Nullable Waiter last;

    boolean isEmpty() {
        return first == null;
    }

    void add(Waiter waiter) {
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        waiter.linked = true;
    }

    /** Takes a waiter out. Returns {@code false} if somebody has done so before. */
    boolean remove(Waiter waiter) {
        if (!waiter.linked) {
            return false;
        }
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        waiter.linked = false;
        return true;
    }

    /** Takes out the first waiter that is the caller's to settle; those that were settled elsewhere leave too. */
    @Nullable
    Waiter claimFirst() {
        for (Waiter waiter = first; waiter != null; waiter = first) {
            remove(waiter);
            if (waiter.claim()) {
                return waiter;
            }
        }
        return null;
    }

    /**
     * Takes out and settles all.
     *
     * @return the first of those that were settled here, each linked to the next, for {@link #unparkAll}
     */
    @Nullable
    Waiter settleAll(Waiter.State outcome) {
        Waiter chain = null;
        Waiter end = null;
        for (Waiter waiter = claimFirst(); waiter != null; waiter = claimFirst()) {
            waiter.settle(outcome);
            if (end == null) {
                chain = waiter;
            } else {
                end.next = waiter;
            }
            end = waiter;
        }
        return chain;
    }

    /** Unparks a chain of settled waiters. To be called without the lock. */
    static void unparkAll(@Nullable Waiter chain) {
        for (Waiter waiter = chain; waiter != null; ) {
            // The thread may drop the waiter as soon as it runs, but nobody else changes the link.
            Waiter following = waiter.next;
            LockSupport.unpark(waiter.thread);
            waiter = following;
        }
    }

    /** Unparks a settled waiter, if there is one. To be called without the lock. */
    static void unpark(@Nullable Waiter waiter) {
        if (waiter != null) {
            LockSupport.unpark(waiter.thread);
        }
    }
}
