package dev.heddle.runtime.internal.driver;

/** The unit of the timer wheels, a millisecond, counted from the time at which the service began. */
final class Ticks {

    static final long NANOS = 1_000_000L;

    private Ticks() {}

    /** Returns the last tick that is not after a time. */
    static long atOrBefore(long nanos) {
        return Math.floorDiv(nanos, NANOS);
    }

    /** Returns the first tick that is not before a time. */
    static long atOrAfter(long nanos) {
        return Math.ceilDiv(nanos, NANOS);
    }
}
