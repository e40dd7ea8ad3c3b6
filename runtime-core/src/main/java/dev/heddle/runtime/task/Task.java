package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * * A running task as its own code sees it.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="task"}
 */
public interface Task {

    /** Returns the identity of this task. */
    TaskId id();

    /** Returns the name given at spawn, or {@code null} when there was none. */
    @Nullable
    String name();

    /** Returns whether somebody has asked this task to end early. */
    boolean isAborted();

    /**
     * Returns the task that the calling thread is running.
     *
     * @throws IllegalStateException if the caller is not a task
     */
    static Task current() {
        return currentIfAny()
                .orElseThrow(() -> new IllegalStateException("Thread '"
                        + Thread.currentThread().getName()
                        + "' is not running a task: call this from code given to spawn, spawnBlocking or blockOn"));
    }

    /** Returns the task that the calling thread is running, or empty when it is not a task. */
    static Optional<Task> currentIfAny() {
        return Optional.ofNullable((Task) ThreadAttachment.current());
    }

    /**
     * Lets other tasks run: the caller goes to the back of its worker's queue. Outside a task it is
     * {@link Thread#yield()}. Neither consumes nor reacts to an interrupt.
     */
    static void yieldNow() {
        Thread.yield();
    }

    /**
     * A point at which a long computation may be aborted.
     *
     * @throws InterruptedException if the calling task was aborted or its thread interrupted; clears the interrupt
     */
    static void checkpoint() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("the task was aborted or its thread interrupted");
        }
    }
}
