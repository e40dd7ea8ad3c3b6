package dev.heddle.runtime;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.util.concurrent.TimeoutException;

/**
 * Told of failures that nobody observed through a handle, and of bodies that ignore the end of their time. Called on a
 * thread that the runtime has for it, where what comes next waits meanwhile; for what is left at the end, by whoever shuts
 * the runtime down. It may shut the runtime down itself. What it throws is logged and otherwise ignored.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="uncaught"}
 */
@FunctionalInterface
public interface UncaughtTaskHandler {

    /**
     * Handles a failure.
     *
     * @param task the task that failed
     * @param failure what its body threw
     */
    void taskFailed(TaskSnapshot task, Throwable failure);

    /**
     * Handles a body that still goes on a second after its limit. It has not failed, and may yet end either way. By
     * default this is handled as a failure is.
     *
     * @param task the task that the body belongs to
     * @param overrun names task and limit, and has the stack that the body has now
     * @see dev.heddle.runtime.time.Time#timeout
     */
    default void taskOverran(TaskSnapshot task, TimeoutException overrun) {
        taskFailed(task, overrun);
    }
}
