package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the thread that drives a core sleeps: in the driver if nobody else does, otherwise on its thread's permit.
 *
 * <p>The state decides, never the permit alone: tasks that park while pinned use up and leave permits of their carrier.
 *
 * <pre>
 *   EMPTY ──park──▶ PARKED | IN_DRIVER ──unpark──▶ NOTIFIED ──▶ EMPTY
 *   EMPTY ──unpark──▶ NOTIFIED ──park──▶ EMPTY, without sleeping
 * </pre>
 *
 * <p>An unpark always writes, also over NOTIFIED: what its caller did before must be visible to the worker once it has
 * consumed the notification, and the worker consumes it by an exchange for the same reason.
 */
final class Parker {

    private static final int EMPTY = 0;
    private static final int PARKED = 1;
    private static final int IN_DRIVER = 2;
    private static final int NOTIFIED = 3;

    private final @Nullable Driver driver;
    private final AtomicInteger state = new AtomicInteger(EMPTY);

    /** Kept, since a park should allocate nothing. */
    private final BooleanSupplier stillIdle = this::isInDriver;

    /** Who parks here; read by an unparker after it has seen in {@link #state} that somebody does. */
    private @Nullable Thread thread;

    /**
     * Makes a place to sleep.
     *
     * @param driver {@code null} if nobody shall sleep in it here
     */
    Parker(@Nullable Driver driver) {
        this.driver = driver;
    }

    /** Makes a thread the one that parks here, from now on. */
    void adopt(Thread thread) {
        this.thread = thread;
    }

    /**
     * Sleeps until unparked or interrupted, until a deadline or, in the driver, until it has something.
     *
     * @param deadlineNanos in terms of {@link System#nanoTime()}; {@link Long#MAX_VALUE} for none
     * @return whether it has been in the driver
     */
    boolean park(long deadlineNanos) {
        if (state.compareAndSet(NOTIFIED, EMPTY)) {
            return false;
        }
        if (driver != null && driver.tryAcquire()) {
            try {
                parkInDriver(driver, deadlineNanos);
            } finally {
                driver.release();
            }
            return true;
        }
        parkThread(deadlineNanos);
        return false;
    }

    private void parkInDriver(Driver driver, long deadlineNanos) {
        try {
            if (state.compareAndSet(EMPTY, IN_DRIVER)) {
                driver.park(deadlineNanos, stillIdle);
            }
        } finally {
            state.getAndSet(EMPTY);
        }
    }

    private void parkThread(long deadlineNanos) {
        if (state.compareAndSet(EMPTY, PARKED)) {
            // As long as an interrupt is pending no park waits; whoever has called deals with it.
            while (state.get() != NOTIFIED && !Thread.currentThread().isInterrupted()) {
                if (deadlineNanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                    continue;
                }
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
        }
        state.getAndSet(EMPTY);
    }

    void unpark() {
        switch (state.getAndSet(NOTIFIED)) {
            case PARKED -> LockSupport.unpark(thread);
            case IN_DRIVER -> Objects.requireNonNull(driver).wakeup(thread);
            default -> {}
        }
    }

    boolean isInDriver() {
        return state.get() == IN_DRIVER;
    }

    boolean isParked() {
        int s = state.get();
        return s == PARKED || s == IN_DRIVER;
    }
}
