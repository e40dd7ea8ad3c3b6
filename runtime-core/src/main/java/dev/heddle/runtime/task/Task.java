package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.port.TaskPort;
import java.lang.ScopedValue.CallableOp;
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

    /** Returns what starts tasks in the runtime of this task. */
    Spawner spawner();

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
     * Lets other tasks run: the caller goes to the back of its worker's queue, and timers and sockets get their turn before it
     * runs again. Outside a task it is {@link Thread#yield()}. Neither consumes nor reacts to an interrupt.
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

    /**
     * Runs a body that holds its thread for long, such as a native call, file I/O or a computation, without holding up the
     * tasks that share the caller's worker.
     *
     * <p>A task on the workers, or in a current-thread runtime, is suspended while a thread of the blocking pool runs the body
     * for it. The body is still that task: {@link #current()} is the same, an abort or interrupt reaches it, it sees the
     * task's thread-locals and may change them, and it finds the scoped values that are bound where this is called.
     * {@link Thread#currentThread()} is another, so locks that the caller holds are not the body's. On the JDK's scheduler the
     * thread-locals are those of the pool's thread, and the only scoped values bound are those that a
     * {@link dev.heddle.runtime.ContextCarrier} carries; so is whatever else it carries. Everywhere else, such as in a blocking task, in {@code blockOn} of a multi-thread runtime and outside of tasks,
     * the calling thread runs the body itself; so it does when the pool is full or the runtime about to end.
     *
     * <p>In a current-thread runtime the body runs at the same time as other tasks, and thus outside of what keeps their state
     * safe there; the same goes for a task of a {@link LocalSet}.
     *
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw
     */
    static <T extends @Nullable Object, X extends Throwable> T blockInPlace(CallableOp<? extends T, X> body) throws X {
        TaskPort port = Ports.currentOrNull();
        return port == null || !Thread.currentThread().isVirtual() ? body.call() : port.blockInPlace(body);
    }

    /**
     * The same for a body without a result.
     *
     * @param body what to run
     */
    static void blockInPlace(Runnable body) {
        Task.<@Nullable Void, RuntimeException>blockInPlace(() -> {
            body.run();
            return null;
        });
    }
}
