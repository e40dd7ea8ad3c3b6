package dev.heddle.runtime.internal.task;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A future whose cancellation aborts the task. Those that depend on it are ordinary ones. */
final class TaskFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private final TaskCell<?> task;

    TaskFuture(TaskCell<?> task) {
        this.task = task;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        task.abort();
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
