package dev.heddle.runtime.net;

import java.time.Duration;

/** Durations as nanoseconds. */
final class Timeouts {

    /** Three centuries would overflow the clock; nobody sees the end of one. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private Timeouts() {}

    static long nanos(Duration timeout) {
        return (timeout.compareTo(FOREVER) > 0 ? FOREVER : timeout).toNanos();
    }
}
