package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.log.SafeLog;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The state of a task, and who waits for its end. Part of the task itself, of which there may be a million.
 *
 * <p>No waiter is lost: a waiter pushes itself, or takes the place of one that has given up (a CAS), and then looks at the
 * state; the one who ends the task sets ENDED (a CAS) and then takes the waiters, each by an exchange. All of these are
 * sequentially consistent, so at least one of the two sees the other, and who sees it first tells the waiter.
 *
 * @param <T> the type of the task's result
 */
abstract class EndWaiters<T extends @Nullable Object> extends TaskState {

    /** How many places to look at for a free one. So those who give up and come back, if not too many, take no new ones. */
    private static final int PLACES_TO_LOOK_AT = 64;

    private static final VarHandle WAITERS;

    static {
        try {
            WAITERS = MethodHandles.lookup().findVarHandle(EndWaiters.class, "waiters", EndWaiter.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Pushed by anybody, taken by whoever ended the task. */
    private volatile @Nullable EndWaiter waiters;

    /** Gives the outcome to a future. Once the task has ended. */
    abstract void completeFuture(CompletableFuture<T> future);

    /** Tells those who wait. For whoever ended the task. One that throws keeps it from no other. */
    final void wakeWaiters() {
        if (waiters == null) {
            return;
        }
        for (EndWaiter w = (EndWaiter) WAITERS.getAndSet(this, (EndWaiter) null); w != null; w = w.next) {
            try {
                w.wake(this);
            } catch (Throwable ofTheWaiter) {
                SafeLog.error(TaskCell.class, "Somebody who waits for the end of a task has failed", ofTheWaiter);
            }
        }
    }

    /**
     * Has somebody told of the end; at once if it has come already.
     *
     * @param target a thread, a {@link CompletableFuture} of the result or a {@link Runnable}
     * @return the place in the list
     */
    final EndWaiter await(Object target) {
        EndWaiter waiter = placeOf(target);
        if (isEnded()) {
            waiter.wake(this);
        }
        return waiter;
    }

    private EndWaiter placeOf(Object target) {
        EndWaiter place = waiters;
        for (int i = 0; place != null && i < PLACES_TO_LOOK_AT; i++, place = place.next) {
            if (place.take(target)) {
                return place;
            }
        }
        EndWaiter added = new EndWaiter(target);
        do {
            added.next = waiters;
        } while (!WAITERS.compareAndSet(this, added.next, added));
        return added;
    }

    /** Has somebody not told any more, who may be told all the same if the task ends now. */
    final void forgetWaiter(Object target) {
        for (EndWaiter w = waiters; w != null; w = w.next) {
            w.forget(target);
        }
    }
}
