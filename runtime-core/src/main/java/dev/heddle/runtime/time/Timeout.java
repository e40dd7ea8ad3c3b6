package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.loom.Interrupts;
import dev.heddle.runtime.internal.port.Limit;
import java.lang.ScopedValue.CallableOp;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running {@link Time#timeout}: a timer that interrupts the thread of a body.
 *
 * <p>The interrupt must hit this body and nothing after it. Either the owner, once its body has ended, disarms the timer, or
 * the timer has fired; then the owner waits until the interrupt is {@link #delivered}, and clears it, knowing it to be its
 * own. That takes a few instructions, or the start of a thread if the interrupt finds the body within the I/O of a channel.
 */
final class Timeout implements Limit, Runnable, Interrupts.Interrupter {

    /** How long a body may go on after the interrupt before it is reported. */
    static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Thread thread = Thread.currentThread();
    private final TaskContext task;
    private final Duration duration;

    /** The limit that the same task is within already. */
    private final @Nullable Limit outer;

    private final Timers.Timer timer;

    /** Armed when this fires; written before {@link #delivered}. */
    private Timers.@Nullable Timer grace;

    private volatile boolean delivered;

    private Timeout(TaskContext task, Duration duration) {
        this.task = task;
        this.duration = duration;
        this.outer = task.limit();
        this.timer = task.timers().limit(Durations.nanos(duration), this);
        task.within(this);
    }

    static <T extends @Nullable Object, X extends Throwable> T call(
            TaskContext task, Duration duration, CallableOp<? extends T, X> body) throws X, TimeoutException {
        Timeout timeout = new Timeout(task, duration);
        T result;
        try {
            result = body.call();
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

    /** The timer has fired. On a thread of the runtime, which must not wait. */
    @Override
    public void run() {
        try {
            Timers timers = task.timers();
            grace = timers.schedule(timers.nanoTime() + GRACE_NANOS, () -> task.overran(duration));
        } finally {
            // Whatever there is no memory for, the owner waits for this.
            Interrupts.interrupt(thread, this);
        }
    }

    @Override
    public void interrupted() {
        delivered = true;
    }

    /** Returns whether the timer fired, and leaves no interrupt of its own behind. */
    private boolean end() {
        task.within(outer);
        if (timer.cancel()) {
            return false;
        }
        while (!delivered) {
            Thread.onSpinWait();
        }
        if (grace != null) {
            grace.cancel();
        }
        Thread.interrupted();
        if (task.isAborted() || (outer != null && outer.hasFired())) {
            // The interrupt just cleared may have been theirs. They are known to have fired before they interrupt, so
            // whichever of the two comes later, the thread ends up interrupted.
            thread.interrupt();
        }
        return true;
    }

    @Override
    public boolean hasFired() {
        return timer.hasFired() || (outer != null && outer.hasFired());
    }

    private TimeoutException toException(Throwable failure) {
        TimeoutException exception = new TimeoutException("The body did not end within " + duration);
        exception.initCause(failure);
        return exception;
    }
}
