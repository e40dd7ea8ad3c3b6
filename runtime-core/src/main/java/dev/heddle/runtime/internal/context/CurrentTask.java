package dev.heddle.runtime.internal.context;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import org.jspecify.annotations.Nullable;

/** Finds the task that the calling thread runs. */
public final class CurrentTask {

    private CurrentTask() {}

    /** Returns the current task's context, or {@code null} when the caller is not a task. */
    public static @Nullable TaskContext getOrNull() {
        return (TaskContext) ThreadAttachment.current();
    }

    /** Has the calling task, if it is one, pay for an operation that was done at once. */
    public static void consumeBudget() {
        TaskContext context = getOrNull();
        if (context != null) {
            context.consumeBudget();
        }
    }

    /**
     * Returns the current task's context.
     *
     * @param operation what the caller wants to do, for the message
     * @throws IllegalStateException if the caller is not a task
     */
    public static TaskContext require(String operation) {
        TaskContext context = getOrNull();
        if (context == null) {
            throw new IllegalStateException(operation + " needs a runtime, and thread '"
                    + Thread.currentThread().getName()
                    + "' is not running a task of one: call it from code given to spawn, spawnBlocking or blockOn");
        }
        return context;
    }
}
