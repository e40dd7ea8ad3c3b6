package dev.heddle.runtime.annotation;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A handle that has already ended: what the body of an {@link AsyncTask} method that declares a {@link JoinHandle} or
 * {@code Future} returns to hand its result over.
 *
 * <pre>{@code
 * @AsyncTask
 * JoinHandle<Integer> count() {
 *     return TaskResult.of(repository.count());
 * }
 * }</pre>
 *
 * <p>No task stands behind it: it has no name, its id is 0, and there is nothing to abort. Nobody sees that through the
 * proxy, whose callers get the handle of the task; a unit test or a call within the object does.
 *
 * @param <T> the type of the result
 */
public final class TaskResult<T extends @Nullable Object> implements JoinHandle<T> {

    private static final TaskId NO_TASK = new TaskId(0);

    private final CompletableFuture<T> outcome;

    private TaskResult(CompletableFuture<T> outcome) {
        this.outcome = outcome;
    }

    /**
     * Returns a handle of a result.
     *
     * @param result the result
     * @param <T> its type
     */
    public static <T extends @Nullable Object> TaskResult<T> of(T result) {
        return new TaskResult<>(CompletableFuture.completedFuture(result));
    }

    /**
     * Returns a handle of a failure.
     *
     * @param failure what {@code join} throws within a {@link java.util.concurrent.CompletionException}
     * @param <T> the type of the result that there is not
     */
    public static <T extends @Nullable Object> TaskResult<T> failed(Throwable failure) {
        return new TaskResult<>(CompletableFuture.failedFuture(Objects.requireNonNull(failure, "failure")));
    }

    @Override
    public TaskId id() {
        return NO_TASK;
    }

    @Override
    public @Nullable String name() {
        return null;
    }

    @Override
    public T join() {
        return outcome.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        return outcome.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException {
        return outcome.get();
    }

    /** Returns {@code false}: there is nothing to abort. */
    @Override
    public boolean abort() {
        return false;
    }

    @Override
    public boolean isFinished() {
        return true;
    }

    @Override
    public boolean isCancelled() {
        return outcome.isCancelled();
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        return outcome.copy();
    }
}
