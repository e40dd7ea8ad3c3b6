package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that can be stopped and set forward. As long as nobody has, it is the system's. It never goes back, except for its
 * time of day as long as it goes with the system's.
 */
final class VirtualClock implements LongSupplier {

    private record Frozen(long nanos, Instant instant) {}

    /** How far this clock is ahead of the system's; negative if it is behind. */
    private record Shift(long nanos, Duration timeOfDay) {}

    private final SpinLock lock = new SpinLock();
    private volatile Shift shift = new Shift(0, Duration.ZERO);
    private volatile @Nullable Frozen frozen;

    /**
     * Makes a clock.
     *
     * @param paused whether it stands still from the beginning
     */
    VirtualClock(boolean paused) {
        if (paused) {
            pause();
        }
    }

    @Override
    public long getAsLong() {
        Frozen f = frozen;
        return f == null ? System.nanoTime() + shift.nanos : f.nanos;
    }

    Instant instant() {
        Frozen f = frozen;
        return f == null ? Clock.systemUTC().instant().plus(shift.timeOfDay) : f.instant;
    }

    boolean isPaused() {
        return frozen != null;
    }

    void pause() {
        lock.lock();
        try {
            if (frozen == null) {
                frozen = new Frozen(getAsLong(), instant());
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            Frozen f = frozen;
            if (f != null) {
                Duration ahead = Duration.between(Clock.systemUTC().instant(), f.instant);
                shift = new Shift(f.nanos - System.nanoTime(), ahead);
                frozen = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets the clock forward, if it is paused and before that time. */
    void advanceTo(long nanos) {
        lock.lock();
        try {
            Frozen f = frozen;
            if (f != null && nanos - f.nanos > 0) {
                frozen = new Frozen(nanos, f.instant.plusNanos(nanos - f.nanos));
            }
        } finally {
            lock.unlock();
        }
    }
}
