package dev.heddle.runtime.task;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a spawned task: its result, its failure, and the means to abort it.
 *
 * <p>Every handle completes, also when the runtime is shut down. A failure that nobody has observed through the handle
 * shortly after it happened is given to the runtime's uncaught handler, so dropping a handle detaches the task but
 * never hides its failure.
 *
 * <p>All methods may be called from any thread. Those that wait suspend the caller when it is a task, and block it when
 * it is an ordinary thread. In a current-thread runtime some thread has to run the tasks meanwhile, by a {@code blockOn}.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="join"}
 *
 * @param <T> the type of the result
 */
public interface JoinHandle<T extends @Nullable Object> extends Future<T> {

    /** Returns the identity of the task, unique within its runtime. */
    TaskId id();

    /** Returns the name given at spawn, or {@code null} when there was none. */
    @Nullable
    String name();

    /**
     * Waits for the task to end and returns its result.
     *
     * <p>When the waiting thread is itself a task, an interrupt, such as that of an abort or a timeout, ends the wait with
     * a {@link CancellationException} and stays pending; the task waited for goes on. On any other thread an interrupt is
     * kept pending and does not end the wait, as with {@link CompletableFuture#join()}.
     *
     * @return the result of the task
     * @throws CompletionException if the task failed; the cause is what the body threw
     * @throws CancellationException if the task was aborted before it produced a result, or the waiting task interrupted
     * @throws IllegalStateException if a task joins itself
     */
    T join();

    /**
     * Asks the task to end early. A task that has not started never runs; one that waits has its wait end with an
     * interrupt; one that runs meets the interrupt at its next waiting call. {@code finally} blocks run. The handle
     * completes when the body has really ended, so a body that returns a value in spite of the abort still delivers it.
     *
     * @return {@code true} if the task had not ended yet, {@code false} if this call had no effect because it had
     */
    boolean abort();

    /** Returns whether the task has ended, in whatever way. */
    boolean isFinished();

    /** Returns a handle that can abort the task and does not keep its result. */
    default AbortHandle abortHandle() {
        return new AbortHandle(this);
    }

    /**
     * Returns a future that completes as this task does: with the result, exceptionally with what the body threw, or
     * cancelled. Cancelling the future aborts the task. Counts as observing a failure.
     *
     * @return a new future at each call
     */
    CompletableFuture<T> toCompletableFuture();

    /**
     * The same as {@link #abort()}; the body is always interrupted, whatever the argument.
     *
     * @param mayInterruptIfRunning has no effect
     * @return {@code true} if the task had not ended yet
     */
    @Override
    default boolean cancel(boolean mayInterruptIfRunning) {
        return abort();
    }

    @Override
    default boolean isDone() {
        return isFinished();
    }
}
