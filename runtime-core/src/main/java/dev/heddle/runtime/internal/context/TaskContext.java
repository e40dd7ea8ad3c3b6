package dev.heddle.runtime.internal.context;

import dev.heddle.runtime.internal.port.Limit;
import dev.heddle.runtime.task.Task;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The current task as the runtime's own waiting operations see it. */
public interface TaskContext extends Task {

    /** Returns the timers of the task's runtime. */
    Timers timers();

    /**
     * Counts an operation that was done at once, without waiting. A task that has had its share of them, or its time, goes
     * to the back of the queue, so that one which never has to wait does not keep the others from running. For the task
     * itself.
     */
    void consumeBudget();

    /** Returns the I/O driver of the task's runtime. */
    IoDriver io();

    /** Returns the innermost limit that the running body is within, or {@code null}. For the task itself. */
    @Nullable
    Limit limit();

    /**
     * Replaces what {@link #limit()} returns. For the task itself.
     *
     * @param limit the innermost limit, or {@code null}
     */
    void within(@Nullable Limit limit);

    /**
     * Reports that a body goes on although its time is over and it was interrupted. Callable from any thread; does not
     * wait.
     *
     * @param limit the time that the body had
     */
    void overran(Duration limit);
    /** Returns what finds the addresses of hosts for the task's runtime. */
    Resolver resolver();
}
