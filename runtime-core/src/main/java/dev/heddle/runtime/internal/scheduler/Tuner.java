package dev.heddle.runtime.internal.scheduler;

/**
 * Finds how often a worker should take from the injection queue before its own: often enough that what comes from outside
 * waits {@link #TARGET_NANOS} at most, and no more often, since that queue is shared. After Tokio's: the target divided
 * by a moving average of the time a tick takes. For one thread.
 */
final class Tuner {

    private static final double TARGET_NANOS = 200_000;
    private static final int MIN_INTERVAL = 2;
    private static final int MAX_INTERVAL = 127;

    /** How much of the average one tick makes up. */
    private static final double WEIGHT = 0.1;

    /** Changes of the interval up to this are noise. */
    private static final int TOLERANCE = 2;

    private static final double[] WEIGHTS = new double[Core.EVENT_INTERVAL + 1];

    static {
        for (int ticks = 1; ticks < WEIGHTS.length; ticks++) {
            WEIGHTS[ticks] = 1 - Math.pow(1 - WEIGHT, ticks);
        }
    }

    private double nanosPerTick = TARGET_NANOS / Core.EVENT_INTERVAL;
    private int interval = Core.EVENT_INTERVAL;

    /** Learns how long some ticks took, all of them spent running tasks. */
    void sample(long nanos, int ticks) {
        if (ticks <= 0) {
            return;
        }
        nanosPerTick += WEIGHTS[Math.min(ticks, Core.EVENT_INTERVAL)] * ((double) nanos / ticks - nanosPerTick);
        int next = (int) Math.clamp(TARGET_NANOS / Math.max(1, nanosPerTick), MIN_INTERVAL, MAX_INTERVAL);
        if (Math.abs(next - interval) > TOLERANCE) {
            interval = next;
        }
    }

    /** Returns every how many ticks the injection queue comes first. */
    int injectionInterval() {
        return interval;
    }
}
