package dev.heddle.runtime.net;

/**
 * A clock that counts eighths of the time for which a connection may be idle. To note the time of a transfer costs the read of
 * a field that hardly ever changes, instead of the system's clock or a timer for each read.
 *
 * <p>A transfer in one eighth is past once eight whole ones have gone by after it, so a connection is closed after nine
 * eighths of the time at most, and never before the time is over.
 */
final class IdleClock {

    static final int PARTS = 8;

    private volatile int now;

    int now() {
        return now;
    }

    /** Another eighth is over. For one task. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by one task
    void tick() {
        now++;
    }

    boolean isOver(int since) {
        return now - since > PARTS;
    }
}
