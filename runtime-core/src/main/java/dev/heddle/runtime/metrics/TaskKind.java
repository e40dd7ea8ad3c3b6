package dev.heddle.runtime.metrics;

/**
 * Where a task runs.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="tasks"}
 */
public enum TaskKind {
    /** On the workers. */
    ASYNC,
    /** On a platform thread of the blocking pool. */
    BLOCKING,
    /** On the thread that called {@code blockOn}. */
    BLOCK_ON
}
