package dev.heddle.runtime.net;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where one thread at a time, of a task or not, waits for something that others bring about.
 *
 * <p>No wake-up is lost: the waiter publishes itself and then looks at the condition; the others change what the condition
 * reads and then look for the waiter. All four are volatile, so one of the two sees the other.
 */
final class OneWaiter {

    private volatile @Nullable Thread thread;

    /**
     * Waits until a condition holds.
     *
     * @param condition reads what those write, by volatile accesses, who call {@link #wake}
     * @throws InterruptedException if the caller has to wait and is interrupted, before or meanwhile
     */
    void await(BooleanSupplier condition) throws InterruptedException {
        await(condition, Long.MAX_VALUE);
    }

    /**
     * Waits until a condition holds, or for a time.
     *
     * @param nanos the most real time to wait; {@link Long#MAX_VALUE} for no limit
     * @return whether the condition holds
     * @throws InterruptedException if the caller has to wait and is interrupted, before or meanwhile
     */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        long begin = System.nanoTime();
        thread = Thread.currentThread();
        try {
            while (!condition.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (nanos == Long.MAX_VALUE) {
                    LockSupport.park(this);
                    continue;
                }
                long left = nanos - (System.nanoTime() - begin);
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            thread = null;
        }
    }

    /** Has the waiter, if there is one, look at its condition. */
    void wake() {
        Thread waiting = thread;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
