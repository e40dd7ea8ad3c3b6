package dev.heddle.runtime.internal.loom;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock for a handful of instructions, whose holder never suspends.
 *
 * <p>The JDK calls our scheduler from within {@code unpark}, on virtual threads that are pinned for that long and on
 * workers. A blocking lock there could be held by a fiber that waits for the very worker that waits for the lock. So the
 * code between {@link #lock()} and {@link #unlock()} must not park, enter a monitor, do I/O or call foreign code.
 */
@SuppressWarnings("serial") // never serialized
public final class SpinLock extends AtomicBoolean {

    private static final int SPINS = 100;

    public void lock() {
        int spins = 0;
        while (get() || !compareAndSet(false, true)) {
            if (++spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Takes the lock if it is free. */
    public boolean tryLock() {
        return !get() && compareAndSet(false, true);
    }

    public void unlock() {
        setRelease(false);
    }
}
