package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.loom.ScopedBindings;
import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.task.TaskOptions;
import java.lang.ScopedValue.CallableOp;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A call that a task has made for it on a thread of the blocking pool while it is suspended itself, in a way that the called
 * code sees the task and not the pool: the current task is the same, the thread-locals are the same ones and scoped values are
 * bound as they are where the call is made, where the JVM lets us lend and read them, and an interrupt of the task reaches
 * the call. Where the JVM does not, the call gets what context carriers capture.
 *
 * <p>No interrupt is lost or leaks: the waiting task passes it on to the pool's task, whose state word sees to it that it
 * hits the call, be it at its beginning, and not what the pool's thread does afterwards. What is pending at the end of the
 * call, or comes too late for it, becomes the task's own again.
 */
final class BlockInPlace<T extends @Nullable Object> implements Callable<T> {

    private final TaskCell<?> task;
    private final Thread thread = Thread.currentThread();
    private final Callable<T> body;
    private boolean interruptedAtEnd;

    private BlockInPlace(TaskCell<?> task, Callable<T> body) {
        this.task = task;
        this.body = body;
    }

    @SuppressWarnings("unchecked")
    static <T extends @Nullable Object, X extends Throwable> T call(
            TaskCell<?> task, TaskHost host, CallableOp<? extends T, X> body) throws X {
        BlockInPlace<T> call = new BlockInPlace<>(task, inContextOfCaller(host, body));
        TaskCell<T> lent =
                TaskCell.of(host, TaskKind.BLOCKING, TaskOptions.named("block-in-place of " + task.describe()), call);
        try {
            host.lend(lent);
        } catch (RejectedExecutionException noThread) {
            // The pool is full or closed, but the task has to go on. It holds its worker then, as if it had not asked.
            return body.call();
        }
        call.await(lent);
        try {
            return lent.resultOrThrow();
        } catch (Throwable thrown) {
            throw (X) thrown;
        }
    }

    private static <T extends @Nullable Object, X extends Throwable> Callable<T> inContextOfCaller(
            TaskHost host, CallableOp<? extends T, X> body) {
        Callable<T> unchecked = () -> callAny(body);
        if (!ScopedBindings.isAvailable()) {
            return host.carried(unchecked);
        }
        ScopedBindings bindings = ScopedBindings.ofCaller();
        return () -> bindings.<T, Exception>call(unchecked::call);
    }

    private static <T extends @Nullable Object, X extends Throwable> T callAny(CallableOp<? extends T, X> body) {
        try {
            return body.call();
        } catch (Throwable thrown) {
            throw BlockInPlace.<RuntimeException>sneak(thrown);
        }
    }

    private void await(TaskCell<T> lent) {
        boolean interruptedTooLate = false;
        lent.wakeAtEnd(thread);
        while (!lent.isFinished()) {
            LockSupport.park(lent);
            if (Thread.interrupted()) {
                interruptedTooLate |= !lent.interrupt();
            }
        }
        if (interruptedAtEnd || interruptedTooLate) {
            thread.interrupt();
        }
    }

    /** What the thread of the pool runs. */
    @Override
    public T call() throws Exception {
        Result<T> result = new Result<>();
        try {
            ThreadAttachment.runWith(task, () -> runWithLentLocals(result));
        } finally {
            interruptedAtEnd = Thread.interrupted();
        }
        return result.get();
    }

    private void runWithLentLocals(Result<T> result) {
        if (!VirtualThreads.isCustomSchedulerAvailable()) {
            result.of(body);
            return;
        }
        Thread pooled = Thread.currentThread();
        VirtualThreads.exchangeThreadLocals(pooled, thread);
        try {
            result.of(body);
        } finally {
            VirtualThreads.exchangeThreadLocals(pooled, thread);
        }
    }

    /** Carries what a callable returns or throws through a {@link Runnable}. */
    private static final class Result<T extends @Nullable Object> {

        private @Nullable Object value;
        private @Nullable Throwable thrown;

        void of(Callable<T> body) {
            try {
                value = body.call();
            } catch (Throwable t) {
                thrown = t;
            }
        }

        @SuppressWarnings({"unchecked", "NullAway"}) // null only where T admits it
        T get() throws Exception {
            if (thrown != null) {
                throw BlockInPlace.<RuntimeException>sneak(thrown);
            }
            return (T) value;
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
