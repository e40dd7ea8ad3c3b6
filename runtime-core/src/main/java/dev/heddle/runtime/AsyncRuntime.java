package dev.heddle.runtime;

import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.LocalSet;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.RuntimeClock;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A runtime: workers that run tasks, timers and an I/O driver that wake them, and a pool for blocking work.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="runtime"}
 *
 * <p>Its threads are daemons and start at the first spawn. All methods may be called from any thread, tasks included,
 * unless they say otherwise.
 *
 * <p>It is deliberately no {@link Executor}: frameworks that look for one would take it for theirs. See
 * {@link #asExecutor()}.
 */
public final class AsyncRuntime implements Spawner, AutoCloseable {

    private final Lifecycle lifecycle;
    private final Surroundings surroundings;
    private final Duration closeTimeout;
    private final RuntimeClock clock;

    AsyncRuntime(AsyncRuntimeBuilder builder) {
        Listeners listeners = Listeners.of(builder.listeners);
        this.surroundings = new Surroundings(builder.contextCarriers, listeners);
        this.lifecycle = new Lifecycle(builder, this, listeners, surroundings);
        this.closeTimeout = builder.closeTimeout;
        this.clock = new LifecycleClock(this, lifecycle);
    }

    /** Returns a builder of a runtime whose tasks run on several workers that steal from each other. */
    public static AsyncRuntimeBuilder newMultiThread() {
        return new AsyncRuntimeBuilder(false);
    }

    /**
     * Returns a builder of a runtime without workers: tasks, timers and I/O go on only while some thread is in
     * {@link #blockOn} or {@link #shutdown}, on that thread. Of several such threads one runs the tasks of all and hands
     * over to another when it is done. The blocking pool has threads of its own all the same.
     */
    public static AsyncRuntimeBuilder newCurrentThread() {
        return new AsyncRuntimeBuilder(true);
    }

    /**
     * Starts the threads now instead of at the first spawn. Has no effect when they are started or the runtime closed. If the
     * system refuses a thread, the runtime is closed.
     */
    public void start() {
        lifecycle.start();
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
        return lifecycle.spawn(asyncTask(options, body));
    }

    @Override
    public JoinHandle<@Nullable Void> spawn(TaskOptions options, Runnable body) {
        return lifecycle.spawn(asyncTask(options, body));
    }

    <T extends @Nullable Object> TaskCell<T> asyncTask(TaskOptions options, Callable<T> body) {
        return TaskCell.of(lifecycle, TaskKind.ASYNC, options, surroundings.around(options, body));
    }

    TaskCell<@Nullable Void> asyncTask(TaskOptions options, Runnable body) {
        return TaskCell.of(lifecycle, TaskKind.ASYNC, options, surroundings.around(options, body));
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
        return spawnBlocking(TaskCell.of(lifecycle, TaskKind.BLOCKING, options, surroundings.around(options, body)));
    }

    @Override
    public JoinHandle<@Nullable Void> spawnBlocking(TaskOptions options, Runnable body) {
        return spawnBlocking(TaskCell.of(lifecycle, TaskKind.BLOCKING, options, surroundings.around(options, body)));
    }

    private <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskCell<T> task) {
        lifecycle.spawnBlocking(task);
        return task;
    }

    /**
     * Runs a body as a task and waits for its end. In a multi-thread runtime the calling thread runs the body itself and
     * sees its own thread-locals there; what the body spawns runs on the workers. In a current-thread runtime the calling
     * thread runs this and all other tasks, in turn, each with thread-locals of its own, and returns once the body has
     * ended, whatever else is left to do. Called from a task, it suspends that task where it would block.
     *
     * <p>An interrupt of the calling thread reaches the body; in a current-thread runtime, if it comes while the thread
     * has nothing to run.
     *
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw
     * @throws java.util.concurrent.CancellationException if the task was aborted before the body began
     * @throws RuntimeClosedException if the runtime no longer accepts tasks
     */
    @SuppressWarnings("unchecked")
    public <T extends @Nullable Object, X extends Throwable> T blockOn(CallableOp<? extends T, X> body) throws X {
        TaskCell<T> task = TaskCell.of(
                lifecycle, TaskKind.BLOCK_ON, TaskOptions.DEFAULT, surroundings.around(TaskOptions.DEFAULT, (Callable<
                                T>)
                        () -> callUnchecked(body)));
        lifecycle.runToEnd(task);
        try {
            return task.resultOrThrow();
        } catch (Throwable thrown) {
            throw (X) thrown;
        }
    }

    /**
     * The same for a body without a result.
     *
     * @param body what to run
     */
    public void blockOn(Runnable body) {
        this.<@Nullable Void, RuntimeException>blockOn(() -> {
            body.run();
            return null;
        });
    }

    @SuppressWarnings("unchecked")
    private static <T extends @Nullable Object, X extends Throwable> T callUnchecked(CallableOp<? extends T, ?> body)
            throws X {
        try {
            return body.call();
        } catch (Throwable thrown) {
            throw (X) thrown;
        }
    }

    /**
     * Makes a set of tasks that share one thread and never run at the same time. Close it when it is no longer needed.
     *
     * @param name of the set; its thread, if it has one of its own, is called by the runtime's name and this
     * @throws IllegalArgumentException if the name is blank
     * @throws UnsupportedOperationException if tasks run on the JDK's scheduler, which keeps none on a thread
     */
    public LocalSet newLocalSet(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a local set must not be blank");
        }
        return new LocalTasks(name, this, lifecycle, lifecycle.newConfinement(name));
    }

    /**
     * Returns a view of this runtime for code that wants an {@link Executor}: {@code execute} spawns a task that nobody
     * joins.
     */
    public Executor asExecutor() {
        TaskOptions detached = TaskOptions.DEFAULT.asDetached();
        return command -> spawn(detached, command);
    }

    /**
     * Returns a view of this runtime for code that wants a {@link ScheduledExecutorService}. What it is given are tasks that
     * sleep by the runtime's clock before they run: they are listed, and a shutdown of the runtime waits for them and aborts
     * them like others. Its {@code shutdown} ends the view only: what was scheduled once still runs, what repeats ends; after
     * that {@code awaitTermination} waits for what is left. Cancelling without interrupting lets a command that runs come to
     * its end: of one that repeats no other run follows, of one that runs once the cancel fails. A failure ends the
     * repetition, and is reported if nobody asks the future for it.
     *
     * @return a new view at each call
     */
    public ScheduledExecutorService asScheduledExecutor() {
        return new ScheduledTasks(this, lifecycle);
    }

    /**
     * Changes how many workers there are, while tasks run. A worker too many gives its queue to the others and ends as soon
     * as the task that it runs suspends or ends. Does nothing once the runtime is shutting down.
     *
     * @param workerThreads from 1 to {@link AsyncRuntimeBuilder#MAX_WORKER_THREADS}
     * @throws IllegalArgumentException if the number is out of range
     * @throws UnsupportedOperationException if the runtime has no workers of its own: a current-thread runtime, or one on
     *     the JDK's scheduler
     */
    public void resize(int workerThreads) {
        lifecycle.resize(AsyncRuntimeBuilder.checkWorkerThreads(workerThreads));
    }

    /** Returns the clock of this runtime, which its timers go by. */
    public RuntimeClock clock() {
        return clock;
    }

    /** Returns the name given to the builder. */
    public String name() {
        return lifecycle.name();
    }

    /** Returns the counters and gauges of this runtime as they are now. Never blocks a worker. */
    public RuntimeMetrics metrics() {
        return lifecycle.metrics();
    }

    /** Returns the live tasks, without their stacks, in no particular order. */
    public List<TaskSnapshot> tasks() {
        return lifecycle.tasks();
    }

    /**
     * Returns a live task with its stack, or empty if no live task has the id.
     *
     * @param id the identity of the task
     */
    public Optional<TaskSnapshot> task(TaskId id) {
        return lifecycle.find(id).map(task -> task.snapshot(true));
    }

    /**
     * Aborts a live task by its id.
     *
     * @param id the identity of the task
     * @return {@code true} if there was such a task and it had not ended
     */
    public boolean abort(TaskId id) {
        return lifecycle.find(id).map(TaskCell::abort).orElse(false);
    }

    /**
     * Ends the runtime: accepts tasks from its own tasks only and waits for all to end; when the time is over, aborts
     * those that are left and accepts no more; gives them a moment to unwind; completes the handles of those that do not
     * as cancelled; ends the threads. Blocks the caller for the timeout and four seconds at most, and for much less than
     * those four where tasks react to their abort. A second call waits for the first and returns its report.
     *
     * @param timeout how long tasks may take to end by themselves; zero aborts at once
     * @return what happened
     * @throws IllegalStateException if called from a task of this runtime, which would wait for itself
     */
    public ShutdownReport shutdown(Duration timeout) {
        return lifecycle.shutdown(timeout);
    }

    /**
     * Shuts down with the builder's close timeout; what had to be aborted is logged.
     *
     * @throws IllegalStateException if called from a task of this runtime
     */
    @Override
    public void close() {
        lifecycle.close(closeTimeout);
    }
}
