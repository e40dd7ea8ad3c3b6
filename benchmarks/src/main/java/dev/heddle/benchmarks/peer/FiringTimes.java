package dev.heddle.benchmarks.peer;

import java.util.Arrays;

/** When each of some timers is to fire, evenly spread over a time that begins once all are set, and how late they did. */
public final class FiringTimes {

    /** How long it may take to set a timer. */
    private static final long SETTING_NANOS = 6_000;

    private final long begin = System.nanoTime();
    private final long spanNanos;
    private final long[] late;
    private final Countdown left;

    FiringTimes(int timers, int spanMillis) {
        this.spanNanos = spanMillis * 1_000_000L;
        this.late = new long[timers];
        this.left = new Countdown(timers);
    }

    int count() {
        return late.length;
    }

    private long time(int timer) {
        return begin + SETTING_NANOS * late.length + spanNanos * timer / late.length;
    }

    /** Returns how long it is from now until a timer is to fire. */
    long nanosUntil(int timer) {
        return time(timer) - System.nanoTime();
    }

    /** Tells that a timer has fired. */
    void fired(int timer) {
        late[timer] = System.nanoTime() - time(timer);
        left.countDown();
    }

    void awaitAll() throws InterruptedException {
        left.await();
    }

    /** Returns the lateness in nanoseconds that one in a thousand exceeds. */
    long lateness() {
        long[] sorted = late.clone();
        Arrays.sort(sorted);
        return sorted[(int) ((sorted.length - 1) * 0.999)];
    }
}
