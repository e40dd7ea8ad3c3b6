package dev.heddle.runtime.internal.loom;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock for a handful of instructions, whose holder never suspends.
 *
 * <p>The JDK calls our scheduler from within {@code unpark}, on virtual threads that are pinned for that long and on
 * workers. A blocking lock there could be held by a fiber that waits for the very worker that waits for the lock. So the
 * code between {@link #lock()} and {@link #unlock()} must not park, enter a monitor, make a system call that may wait, or
 * call foreign code.
 */
@SuppressWarnings("serial") // never serialized
public final class SpinLock extends AtomicBoolean {

    /** A microsecond or more: some dozen turns of whoever has the lock. A model checker, which follows each, is given few. */
    private static final int FIRST_PAUSES = Integer.getInteger("heddle.lock.pauses", 64);

    private static final int MAX_PAUSES = 4 * FIRST_PAUSES;

    public void lock() {
        if (!compareAndSet(false, true)) {
            lockContended();
        }
    }

    /**
     * Comes back after a long pause, then after longer ones. Whoever has the lock may well want it again at once, and does
     * more in the same time when the lock, and what it guards, stay in its cache: two threads that take turns at a lock do
     * half of what one of them does alone.
     */
    private void lockContended() {
        int pauses = FIRST_PAUSES;
        do {
            if (pauses > MAX_PAUSES) {
                Thread.yield();
            } else {
                for (int i = 0; i < pauses; i++) {
                    Thread.onSpinWait();
                }
                pauses <<= 1;
            }
        } while (get() || !compareAndSet(false, true));
    }

    /** Takes the lock if it is free. */
    public boolean tryLock() {
        return !get() && compareAndSet(false, true);
    }

    public void unlock() {
        setRelease(false);
    }
}
