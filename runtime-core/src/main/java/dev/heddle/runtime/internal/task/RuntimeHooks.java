package dev.heddle.runtime.internal.task;

/**
 * Told by the parts of a runtime what they do. They have none unless somebody listens, and then pay a comparison with
 * {@code null}. No method throws; each may run user code, which has promised not to wait.
 */
public interface RuntimeHooks {

    /** The calling thread has started. */
    void threadStarted();

    /** The calling thread is about to end. */
    void threadStopping();

    /** The calling thread is about to sleep; it must look for work afterwards. */
    void threadParking();

    /** The calling thread goes on. */
    void threadUnparked();

    /**
     * A task goes on after it was suspended.
     *
     * @param task the task
     */
    void taskResumed(TaskCell<?> task);

    /**
     * A task was suspended.
     *
     * @param task the task
     */
    void taskSuspended(TaskCell<?> task);
}
