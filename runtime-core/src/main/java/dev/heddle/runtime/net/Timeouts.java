package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.IoHandle;
import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Durations as nanoseconds, and what they make of the clock. */
final class Timeouts {

    /** Three centuries would overflow the clock; nobody sees the end of one. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private Timeouts() {}

    static long nanos(Duration timeout) {
        return (timeout.compareTo(FOREVER) > 0 ? FOREVER : timeout).toNanos();
    }

    /**
     * Returns the nanoseconds of a limit that users have set.
     *
     * @param timeout positive, or {@code null} for {@link IoHandle#NO_DEADLINE}
     */
    static long limit(@Nullable Duration timeout) {
        if (timeout == null) {
            return IoHandle.NO_DEADLINE;
        }
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("A timeout must be positive: " + timeout);
        }
        return nanos(timeout);
    }

    /** Returns when a {@link #limit} that begins now is over. */
    static long deadline(long limitNanos, Timers timers) {
        return limitNanos == IoHandle.NO_DEADLINE ? IoHandle.NO_DEADLINE : timers.nanoTime() + limitNanos;
    }
}
