package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.Interrupts;
import dev.heddle.runtime.internal.port.Limit;
import dev.heddle.runtime.internal.port.TaskPort;
import java.lang.ScopedValue.CallableOp;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A body that runs until its token is cancelled: whoever cancels interrupts its thread.
 *
 * <p>The interrupt must hit this body and nothing after it. The canceller therefore moves ARMED to FIRING before it interrupts
 * and to FIRED after; the owner, once its body has ended, either disarms or waits out FIRING, and then clears the interrupt that
 * it knows to be there. FIRING lasts a few instructions, or the start of a thread if the body is within the I/O of a channel.
 */
final class CancellableRun implements Limit, Interrupts.Interrupter {

    private enum State {
        ARMED,
        FIRING,
        FIRED,
        DISARMED
    }

    /** The innermost run of a thread that is not a task; a task keeps its own. */
    private static final ScopedValue<CancellableRun> INNERMOST = ScopedValue.newInstance();

    private final AtomicReference<State> state = new AtomicReference<>(State.ARMED);
    private final Thread thread = Thread.currentThread();
    private final @Nullable TaskPort task = Ports.currentOrNull();

    /** What the body that makes this run is within already. */
    private final @Nullable Limit outer = task != null ? task.limit() : INNERMOST.isBound() ? INNERMOST.get() : null;

    private CancellableRun() {}

    static <T extends @Nullable Object, X extends Throwable> T call(
            CancellationToken token, CallableOp<? extends T, X> body) throws X {
        if (token.isCancelled()) {
            throw new CancellationException("The token was cancelled before the body began");
        }
        CancellableRun run = new CancellableRun();
        CancellationToken.Registration registration = token.onCancel(run::fire);
        T result;
        try {
            result = run.within(body);
        } catch (Throwable failure) {
            if (run.end(registration) && !isAborted()) {
                throw (CancellationException)
                        new CancellationException("The token was cancelled while the body ran").initCause(failure);
            }
            throw failure;
        }
        run.end(registration);
        return result;
    }

    private <T extends @Nullable Object, X extends Throwable> T within(CallableOp<? extends T, X> body) throws X {
        if (task == null) {
            return ScopedValue.where(INNERMOST, this).<T, X>call(body);
        }
        task.within(this);
        try {
            return body.call();
        } finally {
            task.within(outer);
        }
    }

    private void fire() {
        if (state.compareAndSet(State.ARMED, State.FIRING)) {
            Interrupts.interrupt(thread, this);
        }
    }

    @Override
    public void interrupted() {
        state.set(State.FIRED);
    }

    /** Returns whether the token was cancelled, and leaves no interrupt of its own behind. */
    private boolean end(CancellationToken.Registration registration) {
        registration.close();
        if (state.compareAndSet(State.ARMED, State.DISARMED)) {
            return false;
        }
        while (state.get() == State.FIRING) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        if (isAborted() || (outer != null && outer.hasFired())) {
            // The interrupt just cleared may have been theirs. They are known to have fired before they interrupt, so
            // whichever of the two comes later, the thread ends up interrupted.
            thread.interrupt();
        }
        return true;
    }

    @Override
    public boolean hasFired() {
        State reached = state.get();
        return reached == State.FIRING || reached == State.FIRED || (outer != null && outer.hasFired());
    }

    private static boolean isAborted() {
        return Task.currentIfAny().map(Task::isAborted).orElse(false);
    }
}
