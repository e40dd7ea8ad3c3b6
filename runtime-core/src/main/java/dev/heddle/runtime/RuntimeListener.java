package dev.heddle.runtime;

import dev.heddle.runtime.task.Task;

/**
 * Told what the threads and tasks of a runtime do. Given to {@link AsyncRuntimeBuilder#listener}; a runtime may have several,
 * which are called one after the other, in order. A runtime without any pays nothing.
 *
 * <p>Listeners are called where it happens, some of them between two tasks on the stack of a worker. So a method must be quick
 * and must not wait: no monitor or lock that a task may hold, no I/O, no joins. It may count, note a time, set a thread-local
 * of the thread that calls it, and spawn. What it throws is logged, once for each listener, and otherwise ignored.
 *
 * <p>For each task, in this order: spawned; resumed; then suspended and resumed in turn; ended. One that is aborted before it
 * begins is never resumed. On the JDK's scheduler the runtime does not see when a task waits, and tells neither of suspending
 * nor of resuming after it, nor of parks.
 *
 * {@snippet class="dev.heddle.runtime.examples.ContextExamples" region="listener"}
 */
public interface RuntimeListener {

    /** A worker, a thread of the blocking pool or of a local set has started. Called by that thread. */
    default void threadStarted() {}

    /** A worker, a thread of the blocking pool or of a local set is about to end. Called by that thread. */
    default void threadStopping() {}

    /**
     * A thread that runs tasks has found nothing to do and is about to sleep. Called by that thread, which looks for work once
     * more afterwards, so what this call makes runnable is run.
     */
    default void threadParking() {}

    /** A thread that runs tasks goes on after {@link #threadParking()}, whether it has slept or not. Called by that thread. */
    default void threadUnparked() {}

    /**
     * A task was spawned. Called by the spawner, before the task can begin.
     *
     * @param task the task
     */
    default void taskSpawned(Task task) {}

    /**
     * A task begins, or goes on after it was suspended. Called on its thread or on the one that carries it.
     *
     * @param task the task
     */
    default void taskResumed(Task task) {}

    /**
     * A task has stopped running and has not ended: it waits, or has yielded. Called on the thread that carried it.
     *
     * @param task the task
     */
    default void taskSuspended(Task task) {}

    /**
     * A task has ended, in whatever way. Called by whoever ended it.
     *
     * @param task the task
     */
    default void taskEnded(Task task) {}
}
