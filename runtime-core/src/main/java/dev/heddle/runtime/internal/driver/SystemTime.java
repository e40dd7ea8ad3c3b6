package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.TimeControl;

/** The control of a clock that cannot be paused. */
final class SystemTime implements TimeControl {

    @Override
    public boolean isPausable() {
        return false;
    }

    @Override
    public boolean isPaused() {
        return false;
    }

    private static UnsupportedOperationException notPausable() {
        return new UnsupportedOperationException(
                "The clock of a multi-thread runtime cannot be paused, because its workers"
                        + " cannot be known to have nothing to do: use AsyncRuntime.newCurrentThread()");
    }

    @Override
    public void pause() {
        throw notPausable();
    }

    @Override
    public void resume() {
        throw notPausable();
    }

    @Override
    public void advance(long nanos) {
        throw notPausable();
    }

    @Override
    public void hold() {}

    @Override
    public void release() {}
}
