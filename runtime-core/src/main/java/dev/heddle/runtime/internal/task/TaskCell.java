package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.Ending;
import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.loom.Interrupts;
import dev.heddle.runtime.internal.port.Limit;
import dev.heddle.runtime.internal.port.TaskPort;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.task.TaskOptions;
import java.io.InterruptedIOException;
import java.lang.ScopedValue.CallableOp;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task: its body, its state, its outcome and who waits for it. Also its own handle and context.
 *
 * <p>Who may touch what:
 *
 * <ul>
 *   <li>{@code outcome}: written by the runner only, read by others after they have seen ENDED in the state word. While the
 *       body runs it is the runner's own, and holds the innermost {@link Limit} that the body is within, if any.
 *   <li>{@code bodyOrRunner}: becomes the runner before STARTED, and is read by an aborter after it has seen STARTED.
 *   <li>{@code chunk}, {@code slot}: the {@link TaskRegistry}'s.
 * </ul>
 *
 * @param <T> the type of the result
 */
public final class TaskCell<T extends @Nullable Object> extends EndWaiters<T>
        implements JoinHandle<T>, TaskContext, Ending, TaskPort, Interrupts.Interrupter, Runnable {

    private static final VarHandle OBSERVED;

    static {
        try {
            OBSERVED = MethodHandles.lookup().findVarHandle(TaskCell.class, "observed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** How many operations in a row may be done at once before the task lets others run; Tokio's figure, less one. */
    private static final int BUDGET = 127;

    /** Every so many of them, a power of two, the task looks at the clock. */
    private static final int CLOCK_INTERVAL = 8;

    /** What a task has failed by whose own failure there was no memory to keep. */
    private static final Failure NO_MEMORY = new Failure(new OutOfMemoryError("None left to keep a task's failure in"));

    private static final TaskKind[] KINDS = TaskKind.values();

    private final TaskHost host;
    private final TaskOptions options;
    private final long spawnedAtNanos;

    /** The ordinal of the kind: a byte instead of a reference, of which a sleeping task must not have many. */
    private final byte kind;

    long id;

    TaskRegistry.@Nullable Chunk chunk;

    byte slot;

    /**
     * Before the start the body, a {@link Callable} or else a {@link Runnable} without a result; from then on the thread
     * that runs it; {@code null} at the end.
     */
    private @Nullable Object bodyOrRunner;

    private @Nullable Object outcome;

    /** Opaque: it is read a second after a failure, and soon enough is early enough. */
    @SuppressWarnings("unused") // through OBSERVED
    private boolean observed;

    /** The runner's own. */
    private byte budget = BUDGET;

    @SuppressWarnings("EnumOrdinal") // within this object's life
    private TaskCell(TaskHost host, TaskKind kind, TaskOptions options, Object body) {
        this.host = host;
        this.kind = (byte) kind.ordinal();
        this.options = options;
        this.bodyOrRunner = body;
        this.spawnedAtNanos = host.spawnNanos();
    }

    /**
     * Makes a task that has yet to be bound to the registry.
     *
     * @param host the runtime
     * @param kind where it will run
     * @param options its name and the like
     * @param body what it runs
     */
    public static <T extends @Nullable Object> TaskCell<T> of(
            TaskHost host, TaskKind kind, TaskOptions options, Callable<T> body) {
        return new TaskCell<>(host, kind, options, body);
    }

    /**
     * Makes a task without a result that has yet to be bound to the registry.
     *
     * @param host the runtime
     * @param kind where it will run
     * @param options its name and the like
     * @param body what it runs
     */
    public static TaskCell<@Nullable Void> of(TaskHost host, TaskKind kind, TaskOptions options, Runnable body) {
        Runnable only = body instanceof Callable<?> ? () -> body.run() : body;
        return new TaskCell<>(host, kind, options, only);
    }

    /**
     * Runs the body on the calling thread, unless the task has been aborted before. Never throws.
     *
     * <p>What comes before and after the body are methods of their own: this one is on the stack of every task that waits, and
     * should hold little.
     */
    @Override
    public void run() {
        Object body = begin();
        if (body != null) {
            complete(call(body));
        }
    }

    /** Returns the body if it is to be run. */
    private @Nullable Object begin() {
        Object body = bodyOrRunner;
        bodyOrRunner = Thread.currentThread();
        switch (start()) {
            case STARTED -> {}
            case STARTED_INTERRUPTED -> Thread.currentThread().interrupt();
            case ALREADY_ENDED -> {
                bodyOrRunner = null;
                return null;
            }
        }
        return body;
    }

    /** Runs the body and returns what it threw, or {@code null}. */
    private @Nullable Throwable call(Object body) {
        try {
            if (body instanceof Callable<?> callable) {
                outcome = callable.call();
            } else {
                ((Runnable) body).run();
            }
            return null;
        } catch (Throwable thrown) {
            return thrown;
        }
    }

    private void complete(@Nullable Throwable thrown) {
        TaskRegistry.Ending ending = TaskRegistry.Ending.SUCCEEDED;
        if (thrown != null) {
            outcome = failure(thrown);
            ending = isAbortRequested() && isInterruption(thrown)
                    ? TaskRegistry.Ending.ABORTED
                    : TaskRegistry.Ending.FAILED;
        }
        if (thrown != null && ending == TaskRegistry.Ending.FAILED) {
            tellHost(thrown);
        }
        EndResult ended = end(ending == TaskRegistry.Ending.ABORTED);
        bodyOrRunner = null;
        if (ended == EndResult.ENDED) {
            finish(ending);
        }
    }

    private static Failure failure(Throwable thrown) {
        try {
            return new Failure(thrown);
        } catch (OutOfMemoryError e) {
            return NO_MEMORY;
        }
    }

    private void tellHost(Throwable thrown) {
        try {
            host.taskFailed(this, thrown);
        } catch (Throwable notTold) {
            // Whoever joins gets the failure all the same; nobody may be left waiting for the end.
            SafeLog.error(TaskCell.class, "The failure of a task is not reported", notTold);
        }
    }

    /**
     * Ends a task that cannot be given a thread.
     *
     * @param cause why not
     */
    public void failToStart(Throwable cause) {
        bodyOrRunner = (Runnable) () -> {
            throw new RejectedExecutionException("No thread for task " + describe(), cause);
        };
        run();
    }

    /** Gives up a task that did not end at shutdown: its handle completes as cancelled, its body is left to itself. */
    public void giveUp() {
        if (abandon()) {
            finish(TaskRegistry.Ending.ABORTED);
        }
    }

    private void finish(TaskRegistry.Ending ending) {
        try {
            host.registry().unbind(this, ending);
        } finally {
            wakeWaiters();
        }
    }

    private static boolean isInterruption(Throwable thrown) {
        try {
            int depth = 0;
            for (Throwable t = thrown; t != null && depth < 16; t = t.getCause(), depth++) {
                if (t instanceof InterruptedException
                        || t instanceof CancellationException
                        || t instanceof InterruptedIOException
                        || t instanceof ClosedByInterruptException) {
                    return true;
                }
            }
        } catch (Throwable ofTheCause) {
            // The method is the exception's own. One that does not say what it was caused by was caused by nothing.
        }
        return false;
    }

    @Override
    public T join() {
        OBSERVED.setOpaque(this, true);
        if (isEnded()) {
            CurrentTask.consumeBudget();
        } else {
            awaitEnd();
        }
        if (isEndedCancelled()) {
            throw new CancellationException("Task " + describe() + " was aborted");
        }
        if (outcome instanceof Failure(Throwable thrown)) {
            throw new CompletionException(thrown);
        }
        return result();
    }

    /**
     * Has a thread unparked once the task has ended; at once if it has already.
     *
     * @param thread who waits, in a loop over {@link #isFinished}
     */
    public void wakeAtEnd(Thread thread) {
        await(thread);
    }

    @Override
    public void whenEnded(Runnable listener) {
        await(listener);
    }

    @Override
    public void forget(Runnable listener) {
        forgetWaiter(listener);
    }

    private void awaitEnd() {
        TaskContext self = CurrentTask.getOrNull();
        if (self == this) {
            throw new IllegalStateException("Task " + describe() + " cannot join itself");
        }
        Thread thread = Thread.currentThread();
        EndWaiter waiter = await(thread);
        boolean interrupted = false;
        while (!isEnded()) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                interrupted = true;
                if (self != null) {
                    waiter.forget(thread);
                    thread.interrupt();
                    throw new CancellationException("Interrupted while joining task " + describe());
                }
            }
        }
        if (interrupted) {
            thread.interrupt();
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only where T admits it
    private T result() {
        return (T) outcome;
    }

    /** Returns the result, or throws what the body threw, as it is. To be called once the task has ended. */
    public T resultOrThrow() throws Throwable {
        OBSERVED.setOpaque(this, true);
        if (outcome instanceof Failure(Throwable thrown)) {
            throw thrown;
        }
        if (isEndedCancelled()) {
            throw new CancellationException("Task " + describe() + " was aborted");
        }
        return result();
    }

    @Override
    public boolean abort() {
        switch (requestAbort()) {
            case ALREADY_ENDED -> {
                return false;
            }
            case CANCELLED_BEFORE_START -> finish(TaskRegistry.Ending.ABORTED);
            case INTERRUPT_NOW -> interruptRunner();
            case ALREADY_INTERRUPTING -> {}
        }
        return true;
    }

    /**
     * Interrupts the thread of the body, at once or when it begins, without aborting the task.
     *
     * @return {@code false} if the task has ended
     */
    public boolean interrupt() {
        return switch (requestInterrupt()) {
            case ALREADY_ENDED -> false;
            case NOTED -> true;
            case INTERRUPT_NOW -> {
                interruptRunner();
                yield true;
            }
        };
    }

    /** Interrupts the runner, which stays that until this has ended. */
    private void interruptRunner() {
        if (bodyOrRunner instanceof Thread runner) {
            Interrupts.interrupt(runner, this);
        }
    }

    @Override
    public void interrupted() {
        if (!endInterrupt()) {
            interruptRunner();
        }
    }

    @Override
    public CompletableFuture<T> toCompletableFuture() {
        OBSERVED.setOpaque(this, true);
        CompletableFuture<T> future = new TaskFuture<>(this);
        await(future);
        return future;
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        CompletableFuture<T> future = toCompletableFuture();
        try {
            return future.get();
        } catch (InterruptedException e) {
            forgetWaiter(future);
            throw e;
        }
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<T> future = toCompletableFuture();
        try {
            return future.get(timeout, unit);
        } catch (InterruptedException | TimeoutException e) {
            forgetWaiter(future);
            throw e;
        }
    }

    @Override
    void completeFuture(CompletableFuture<T> future) {
        if (isEndedCancelled()) {
            future.completeExceptionally(new CancellationException("Task " + describe() + " was aborted"));
        } else if (outcome instanceof Failure(Throwable thrown)) {
            future.completeExceptionally(thrown);
        } else {
            future.complete(result());
        }
    }

    @Override
    public boolean isFinished() {
        return isEnded();
    }

    @Override
    public boolean isCancelled() {
        return isEndedCancelled();
    }

    @Override
    public boolean isAborted() {
        return isAbortRequested();
    }

    @Override
    public TaskId id() {
        return new TaskId(id);
    }

    @Override
    public @Nullable String name() {
        return options.name();
    }

    @Override
    public @Nullable Throwable failure() {
        return isEnded() && !isEndedCancelled() && outcome instanceof Failure(Throwable thrown) ? thrown : null;
    }

    @Override
    public void observe() {
        OBSERVED.setOpaque(this, true);
    }

    /** Returns whether somebody has asked for the outcome. */
    public boolean isObserved() {
        return (boolean) OBSERVED.getOpaque(this);
    }

    /**
     * Returns whether the task is one of a runtime.
     *
     * @param candidate the runtime
     */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    public boolean belongsTo(TaskHost candidate) {
        return host == candidate;
    }

    /** Returns whether nobody will join the task. */
    public boolean isDetached() {
        return options.detached();
    }

    @Override
    public Spawner spawner() {
        return host.spawner();
    }

    @Override
    public Timers timers() {
        return host.timers();
    }

    @Override
    public long nanoTime() {
        return host.timers().nanoTime();
    }

    @Override
    public Runnable schedule(long deadlineNanos, Runnable action) {
        return host.schedule(deadlineNanos, action)::cancel;
    }

    @Override
    public <R extends @Nullable Object, X extends Throwable> R blockInPlace(CallableOp<? extends R, X> body) throws X {
        return BlockInPlace.call(this, host, body);
    }

    @Override
    public IoDriver io() {
        return host.io();
    }

    @Override
    public @Nullable Limit limit() {
        return (Limit) outcome;
    }

    @Override
    public void within(@Nullable Limit limit) {
        outcome = limit;
    }

    @Override
    public void overran(Duration limit) {
        host.taskOverran(this, limit);
    }

    @Override
    public Resolver resolver() {
        return host.resolver();
    }

    @Override
    public void consumeBudget() {
        if (KINDS[kind] == TaskKind.BLOCKING) {
            return;
        }
        boolean looksAtClock = (--budget & (CLOCK_INTERVAL - 1)) == 0;
        if (budget < 0 || (looksAtClock && host.isTimeSliceOver())) {
            budget = BUDGET;
            Thread.yield();
        }
    }

    /** Returns the thread that runs the body, or {@code null} when none does. */
    @Nullable
    Thread runner() {
        return isStarted() && bodyOrRunner instanceof Thread runner ? runner : null;
    }

    /** Returns the name and identity, for messages and thread names. */
    public String describe() {
        return (name() == null ? "task" : name()) + "#" + id;
    }

    /**
     * Takes a snapshot.
     *
     * @param withStack whether to walk the stack
     */
    public TaskSnapshot snapshot(boolean withStack) {
        Thread thread = runner();
        dev.heddle.runtime.metrics.TaskState state = dev.heddle.runtime.metrics.TaskState.QUEUED;
        String waitingOn = null;
        List<StackTraceElement> stack = List.of();
        if (thread != null) {
            state = switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> dev.heddle.runtime.metrics.TaskState.WAITING;
                default -> dev.heddle.runtime.metrics.TaskState.RUNNING;
            };
            Object blocker = LockSupport.getBlocker(thread);
            waitingOn = blocker == null ? null : describeBlocker(blocker);
            stack = withStack ? List.of(thread.getStackTrace()) : List.of();
        }
        Duration age = Duration.ofNanos(host.timers().nanoTime() - spawnedAtNanos);
        return new TaskSnapshot(id, name(), KINDS[kind], state, isAborted(), age, waitingOn, stack);
    }

    private static String describeBlocker(Object blocker) {
        Class<?> type = blocker.getClass();
        return type.getModule() == TaskCell.class.getModule()
                        && type.getName().startsWith("dev.heddle.runtime.internal.")
                ? blocker.toString()
                : type.getName();
    }

    @Override
    public String toString() {
        return "task " + describe();
    }

    private record Failure(Throwable thrown) {}
}
