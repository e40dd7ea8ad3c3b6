package dev.heddle.runtime.internal.task;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Who is told of the end of a task: a thread, a future or a listener; none any more once it is forgotten. */
final class EndWaiter {

    private volatile @Nullable Object target;

    /** Written before this is pushed to the task's list, and not after. */
    @Nullable
    EndWaiter next;

    EndWaiter(Object target) {
        this.target = target;
    }

    @SuppressWarnings("unchecked")
    <T extends @Nullable Object> void wake(TaskCell<T> ended) {
        switch (target) {
            case Thread thread -> LockSupport.unpark(thread);
            case CompletableFuture<?> future -> ended.completeFuture((CompletableFuture<T>) future);
            case Runnable listener -> listener.run();
            case null, default -> {}
        }
    }

    @SuppressWarnings("ReferenceEquality") // identity is meant
    void forget(Runnable listener) {
        if (target == listener) {
            target = null;
        }
    }

    boolean isForgotten() {
        return target == null;
    }
}
