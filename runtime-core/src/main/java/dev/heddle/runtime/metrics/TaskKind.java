package dev.heddle.runtime.metrics;

/** Where a task runs. */
public enum TaskKind {
    /** On the workers. */
    ASYNC,
    /** On a platform thread of the blocking pool. */
    BLOCKING,
    /** On the thread that called {@code blockOn}. */
    BLOCK_ON
}
