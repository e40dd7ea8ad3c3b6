package dev.heddle.runtime.time;

import java.time.Duration;

/** Arithmetic on {@link System#nanoTime()} values, which may be negative and wrap, so only differences mean anything. */
final class Deadlines {

    /** Far enough to be never, near enough that differences of deadlines do not overflow: about 146 years. */
    private static final long FAR = Long.MAX_VALUE / 2;

    private Deadlines() {}

    static long after(long nowNanos, Duration duration) {
        return nowNanos + nanos(duration);
    }

    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.toSeconds() >= FAR / 1_000_000_000L ? FAR : duration.toNanos();
    }
}
