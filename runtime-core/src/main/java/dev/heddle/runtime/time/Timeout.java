package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A running {@link Time#timeout}: a timer that interrupts the thread of a body.
 *
 * <p>The interrupt must hit this body and nothing after it. The timer therefore moves ARMED to FIRING before it
 * interrupts and to FIRED after; the owner, once its body has ended, either disarms it or waits out the few instructions
 * of FIRING, and then clears the interrupt that it knows to be its own.
 */
final class Timeout {

    private enum State {
        ARMED,
        FIRING,
        FIRED,
        DISARMED
    }

    private static final ScopedValue<Timeout> INNERMOST = ScopedValue.newInstance();

    private final AtomicReference<State> state = new AtomicReference<>(State.ARMED);
    private final Thread thread = Thread.currentThread();
    private final TaskContext task;
    private final Duration limit;
    private final Timers.Timer timer;

    /** The timeout that the same task is within already. */
    private final @Nullable Timeout outer = INNERMOST.isBound() ? INNERMOST.get() : null;

    private Timeout(TaskContext task, Duration limit) {
        this.task = task;
        this.limit = limit;
        Timers timers = task.timers();
        this.timer = timers.schedule(Deadlines.after(timers.nanoTime(), limit), this::fire);
    }

    static <T extends @Nullable Object, X extends Throwable> T call(
            TaskContext task, Duration limit, CallableOp<? extends T, X> body) throws X, TimeoutException {
        Timeout timeout = new Timeout(task, limit);
        T result;
        try {
            result = ScopedValue.where(INNERMOST, timeout).<T, X>call(body);
        } catch (Throwable failure) {
            // An abort outranks the timeout: both interrupt, and whoever aborted waits for a cancelled task.
            if (timeout.end() && !task.isAborted()) {
                throw timeout.toException(failure);
            }
            throw failure;
        }
        timeout.end();
        return result;
    }

    private void fire() {
        if (state.compareAndSet(State.ARMED, State.FIRING)) {
            thread.interrupt();
            state.set(State.FIRED);
        }
    }

    /** Returns whether the timer fired, and leaves no interrupt of its own behind. */
    private boolean end() {
        if (state.compareAndSet(State.ARMED, State.DISARMED)) {
            timer.cancel();
            return false;
        }
        while (state.get() == State.FIRING) {
            Thread.onSpinWait();
        }
        Thread.interrupted();
        if (task.isAborted() || anOuterFired()) {
            // The interrupt just cleared may have been theirs. They set their state before they interrupt, so whichever
            // of the two comes later, the thread ends up interrupted.
            thread.interrupt();
        }
        return true;
    }

    private boolean anOuterFired() {
        for (Timeout t = outer; t != null; t = t.outer) {
            if (t.state.get() == State.FIRING || t.state.get() == State.FIRED) {
                return true;
            }
        }
        return false;
    }

    private TimeoutException toException(Throwable failure) {
        TimeoutException exception = new TimeoutException("The body did not end within " + limit);
        exception.initCause(failure);
        return exception;
    }
}
