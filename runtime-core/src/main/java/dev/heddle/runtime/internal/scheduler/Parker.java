package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Where one worker sleeps: in the driver if nobody else does, otherwise on its thread's permit.
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

    private final Thread thread;
    private final Driver driver;
    private final AtomicInteger state = new AtomicInteger(EMPTY);

    Parker(Thread thread, Driver driver) {
        this.thread = thread;
        this.driver = driver;
    }

    /** Sleeps until unparked or, in the driver, until it has something. Returns whether it has been in the driver. */
    boolean park() {
        if (state.compareAndSet(NOTIFIED, EMPTY)) {
            return false;
        }
        if (driver.tryAcquire()) {
            try {
                parkInDriver();
            } finally {
                driver.release();
            }
            return true;
        }
        parkThread();
        return false;
    }

    private void parkInDriver() {
        if (state.compareAndSet(EMPTY, IN_DRIVER)) {
            driver.park();
        }
        state.getAndSet(EMPTY);
    }

    private void parkThread() {
        if (state.compareAndSet(EMPTY, PARKED)) {
            while (state.get() != NOTIFIED) {
                LockSupport.park(this);
            }
        }
        state.getAndSet(EMPTY);
    }

    void unpark() {
        switch (state.getAndSet(NOTIFIED)) {
            case PARKED, IN_DRIVER -> LockSupport.unpark(thread);
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
