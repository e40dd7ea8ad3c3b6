package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.loom.SpinLock;
import org.jspecify.annotations.Nullable;

/**
 * The timer wheel of one worker under its lock, which the worker takes to arm and disarm and the holder of the driver to
 * fire, so it is rarely contended.
 */
final class TimerShard {

    private final SpinLock lock = new SpinLock();
    private final TimerWheel wheel = new TimerWheel();

    /** The wheel's next expiration in ticks, for readers without the lock; written under it. */
    private volatile long nextExpiration = TimerWheel.NEVER;

    /** Adds an entry; returns {@code false} if it is due already. */
    boolean insert(TimerEntry entry, long nowTick) {
        lock.lock();
        try {
            if (!wheel.insert(entry, nowTick)) {
                return false;
            }
            // The wheel's own answer may name an earlier cascade, at which nothing would fire. Never later, though.
            publishNextExpiration();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean cancel(TimerEntry entry) {
        lock.lock();
        try {
            if (!entry.linked) {
                return false;
            }
            wheel.remove(entry);
            // The driver may wake for nothing once; telling it would cost every cancel.
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    TimerEntry advance(long nowTick) {
        lock.lock();
        try {
            TimerEntry due = wheel.advance(nowTick);
            publishNextExpiration();
            return due;
        } finally {
            lock.unlock();
        }
    }

    private void publishNextExpiration() {
        long next = wheel.nextExpiration();
        if (next != nextExpiration) {
            nextExpiration = next;
        }
    }

    long nextExpiration() {
        return nextExpiration;
    }

    int size() {
        lock.lock();
        try {
            return wheel.size();
        } finally {
            lock.unlock();
        }
    }
}
