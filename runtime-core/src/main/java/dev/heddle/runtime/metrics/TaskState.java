package dev.heddle.runtime.metrics;

/**
 * What a live task was doing when it was looked at.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="tasks"}
 */
public enum TaskState {
    /** Spawned, and its body not begun. */
    QUEUED,
    /** Running, or ready to run again and waiting for a worker. */
    RUNNING,
    /** Suspended: it waits for a timer, a socket, another task, a lock. */
    WAITING
}
