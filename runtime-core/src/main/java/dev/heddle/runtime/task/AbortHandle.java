package dev.heddle.runtime.task;

import org.jspecify.annotations.Nullable;

/**
 * The means to abort a task without the right to its result. Keeps neither the result nor the failure in memory: once the
 * task has ended, it refers to nothing of it but its identity.
 *
 * <p>All methods may be called from any thread and never wait.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="abort-handle"}
 */
public final class AbortHandle {

    private final TaskId id;
    private final @Nullable String name;
    private volatile @Nullable JoinHandle<?> task;

    AbortHandle(JoinHandle<?> task) {
        this.id = task.id();
        this.name = task.name();
        this.task = task;
        Ports.of(task).whenEnded(() -> this.task = null);
    }

    /** Returns the identity of the task, unique within its runtime. */
    public TaskId id() {
        return id;
    }

    /** Returns the name given at spawn, or {@code null} when there was none. */
    public @Nullable String name() {
        return name;
    }

    /**
     * Asks the task to end early, as {@link JoinHandle#abort()} does.
     *
     * @return {@code true} if the task had not ended yet, {@code false} if this call had no effect because it had
     */
    public boolean abort() {
        JoinHandle<?> live = task;
        return live != null && live.abort();
    }

    /** Returns whether the task has ended, in whatever way. */
    public boolean isFinished() {
        JoinHandle<?> live = task;
        return live == null || live.isFinished();
    }

    @Override
    public String toString() {
        return "abort of " + (name == null ? "task" : name) + "#" + id;
    }
}
