package dev.heddle.runtime.context;

import dev.heddle.runtime.metrics.TaskSnapshot;
import org.springframework.context.ApplicationEvent;

/**
 * Published when a task has failed and nobody observed it. Listeners are called on the runtime's thread for that, where what
 * fails next waits meanwhile. They may close the context.
 */
@SuppressWarnings("serial") // ApplicationEvent is Serializable by its history; this one stays within the JVM
public final class TaskFailedEvent extends ApplicationEvent {

    private final TaskSnapshot task;
    private final Throwable failure;

    /**
     * Makes an event.
     *
     * @param source who publishes it
     * @param task the task that failed
     * @param failure what its body threw
     */
    public TaskFailedEvent(Object source, TaskSnapshot task, Throwable failure) {
        super(source);
        this.task = task;
        this.failure = failure;
    }

    /** Returns the task that failed. */
    public TaskSnapshot task() {
        return task;
    }

    /** Returns what its body threw. */
    public Throwable failure() {
        return failure;
    }
}
