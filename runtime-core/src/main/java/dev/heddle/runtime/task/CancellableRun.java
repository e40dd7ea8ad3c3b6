package dev.heddle.runtime.task;

import java.lang.ScopedValue.CallableOp;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A body that runs until its token is cancelled: whoever cancels interrupts its thread.
 *
 * <p>The interrupt must hit this body and nothing after it. The canceller therefore moves ARMED to FIRING before it interrupts
 * and to FIRED after; the owner, once its body has ended, either disarms or waits out the few instructions of FIRING, and then
 * clears the interrupt that it knows to be there.
 */
final class CancellableRun {

    private enum State {
        ARMED,
        FIRING,
        FIRED,
        DISARMED
    }

    private static final ScopedValue<CancellableRun> INNERMOST = ScopedValue.newInstance();

    private final AtomicReference<State> state = new AtomicReference<>(State.ARMED);
    private final Thread thread = Thread.currentThread();
    private final @Nullable CancellableRun outer = INNERMOST.isBound() ? INNERMOST.get() : null;

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
            result = ScopedValue.where(INNERMOST, run).<T, X>call(body);
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

    private void fire() {
        if (state.compareAndSet(State.ARMED, State.FIRING)) {
            thread.interrupt();
            state.set(State.FIRED);
        }
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
        if (isAborted() || anOuterFired()) {
            // The interrupt just cleared may have been theirs. They set their state before they interrupt, so whichever
            // of
            // the two comes later, the thread ends up interrupted.
            thread.interrupt();
        }
        return true;
    }

    private boolean anOuterFired() {
        for (CancellableRun run = outer; run != null; run = run.outer) {
            State reached = run.state.get();
            if (reached == State.FIRING || reached == State.FIRED) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAborted() {
        return Task.currentIfAny().map(Task::isAborted).orElse(false);
    }
}
