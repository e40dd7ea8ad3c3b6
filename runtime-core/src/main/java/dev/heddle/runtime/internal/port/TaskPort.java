package dev.heddle.runtime.internal.port;

import java.lang.ScopedValue.CallableOp;
import org.jspecify.annotations.Nullable;

/**
 * The inner face of a task. Each handle that a runtime gives out has it, and so has whatever is attached to the thread of a
 * running task.
 */
public interface TaskPort {

    /**
     * Runs an action once the task has ended; at once if it has.
     *
     * @param action run on the thread that ends the task, which may be a worker's own stack, or on the calling one; must be
     *     short, must neither wait nor throw, and must not call user code
     */
    void whenEnded(Runnable action);

    /** Asks the task to end early. Returns whether it had not ended. */
    boolean abort();

    /**
     * Returns what the body threw, or {@code null} if it did not, has not yet or was aborted. Does not count as observing
     * the failure.
     */
    @Nullable
    Throwable failure();

    /** Counts as observing the outcome, so that a failure is not reported as one that nobody saw. */
    void observe();

    /** Returns the innermost limit that the running body is within, or {@code null}. For the task itself. */
    @Nullable
    Limit limit();

    /**
     * Replaces what {@link #limit()} returns. For the task itself.
     *
     * @param limit the innermost limit, or {@code null}
     */
    void within(@Nullable Limit limit);

    /** Returns the time of the task's runtime, in terms of {@link System#nanoTime()}. */
    long nanoTime();

    /**
     * Runs an action in a task of its own, once a deadline has passed.
     *
     * @param deadlineNanos in terms of {@link #nanoTime()}
     * @param action what to run
     * @return disarms the timer; has no effect afterwards
     */
    Runnable schedule(long deadlineNanos, Runnable action);

    /**
     * Runs a body for this task on a thread that it may hold. For the task itself, on a virtual thread.
     *
     * @param body what to run
     * @return the result of the body
     * @throws X what the body threw
     */
    <T extends @Nullable Object, X extends Throwable> T blockInPlace(CallableOp<? extends T, X> body) throws X;
}
