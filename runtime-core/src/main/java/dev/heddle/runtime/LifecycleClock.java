package dev.heddle.runtime;

import dev.heddle.runtime.internal.context.TimeControl;
import dev.heddle.runtime.time.RuntimeClock;
import java.time.Duration;
import java.time.Instant;

/** The clock of a runtime as its users see it. */
final class LifecycleClock implements RuntimeClock {

    private static final Duration MAX = Duration.ofNanos(Long.MAX_VALUE / 2);

    private final AsyncRuntime runtime;
    private final Lifecycle lifecycle;
    private final TimeControl time;

    LifecycleClock(AsyncRuntime runtime, Lifecycle lifecycle) {
        this.runtime = runtime;
        this.lifecycle = lifecycle;
        this.time = lifecycle.time();
    }

    @Override
    public Instant instant() {
        return lifecycle.timers().instant();
    }

    @Override
    public boolean isPaused() {
        return time.isPaused();
    }

    @Override
    public void pause() {
        time.pause();
    }

    @Override
    public void resume() {
        time.resume();
    }

    @Override
    public void advance(Duration duration) throws InterruptedException {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("The time cannot be moved back, by " + duration);
        }
        if (time.isPausable() && !time.isPaused()) {
            throw new IllegalStateException("The clock is not paused, so it moves on by itself");
        }
        long nanos = (duration.compareTo(MAX) < 0 ? duration : MAX).toNanos();
        if (lifecycle.isOwnTask() || !time.isPausable()) {
            time.advance(nanos);
        } else {
            runtime.<Boolean, InterruptedException>blockOn(() -> {
                time.advance(nanos);
                return true;
            });
        }
    }

    @Override
    public String toString() {
        return "clock of runtime " + runtime.name() + (isPaused() ? ", paused at " : ", at ") + instant();
    }
}
