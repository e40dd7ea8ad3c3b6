package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.port.TaskPort;
import org.jspecify.annotations.Nullable;

/** Finds the inner face of tasks. */
final class Ports {

    private Ports() {}

    /**
     * Returns the inner face of a task.
     *
     * @throws IllegalArgumentException if the handle is not one that a runtime has given out
     */
    static TaskPort of(JoinHandle<?> handle) {
        if (handle instanceof TaskPort port) {
            return port;
        }
        throw new IllegalArgumentException(
                "Not a handle of a runtime: " + handle.getClass().getName());
    }

    /** Returns the inner face of the task that the calling thread runs, or {@code null} when it is not a task. */
    static @Nullable TaskPort currentOrNull() {
        return (TaskPort) ThreadAttachment.current();
    }
}
