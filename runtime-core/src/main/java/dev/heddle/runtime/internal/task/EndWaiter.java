package dev.heddle.runtime.internal.task;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of the end of a task: a thread, a future or a listener; none any more once it was told or is forgotten. A place
 * that is free again may be taken by another who waits.
 */
@SuppressWarnings("serial") // never serialized
final class EndWaiter extends AtomicReference<@Nullable Object> {

    /** Written before this is pushed to the task's list, and not after. */
    @Nullable
    EndWaiter next;

    EndWaiter(Object target) {
        super(target);
    }

    /** Has another told in this place, if it is free. */
    boolean take(Object target) {
        return get() == null && compareAndSet(null, target);
    }

    /** Tells nobody in this place any more, if it is still the caller's. */
    void forget(Object target) {
        compareAndSet(target, null);
    }

    /** Tells whoever waits, once. */
    @SuppressWarnings("unchecked")
    <T extends @Nullable Object> void wake(EndWaiters<T> ended) {
        switch (getAndSet(null)) {
            case Thread thread -> LockSupport.unpark(thread);
            case CompletableFuture<?> future -> ended.completeFuture((CompletableFuture<T>) future);
            case Runnable listener -> listener.run();
            case null, default -> {}
        }
    }
}
