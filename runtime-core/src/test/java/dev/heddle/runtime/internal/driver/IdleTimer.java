package dev.heddle.runtime.internal.driver;

/** A timer that does nothing when it fires. */
final class IdleTimer extends TimerEntry {

    IdleTimer(long tick) {
        super(tick, LINKED);
    }

    @Override
    void fire() {}
}
