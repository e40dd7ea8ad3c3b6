package dev.heddle.runtime;

import dev.heddle.runtime.metrics.TaskSnapshot;

/**
 * Told of failures that nobody observed through a handle. Called on a thread of the runtime; must not block. What it
 * throws is logged and otherwise ignored.
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
}
