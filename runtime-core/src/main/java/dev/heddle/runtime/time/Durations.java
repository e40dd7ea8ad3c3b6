package dev.heddle.runtime.time;

import java.time.Duration;

/** Durations as nanoseconds that may be added to a {@code nanoTime()}, which wraps, so only differences mean anything. */
final class Durations {

    /** Far enough to be never, near enough that differences of deadlines do not overflow: about 146 years. */
    private static final long FAR = Long.MAX_VALUE / 2;

    private static final long FAR_SECONDS = FAR / 1_000_000_000L;

    private Durations() {}

    /** Returns the length in nanoseconds: zero if negative, and 146 years if longer. */
    static long nanos(Duration duration) {
        long seconds = duration.getSeconds();
        if (seconds < 0) {
            return 0;
        }
        return seconds >= FAR_SECONDS ? FAR : seconds * 1_000_000_000L + duration.getNano();
    }
}
