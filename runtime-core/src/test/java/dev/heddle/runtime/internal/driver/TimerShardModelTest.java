package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.context.Timers.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A worker that arms and cancels, the holder of the driver that fires, and others that meddle, in every order. */
@Tag("proof")
class TimerShardModelTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private static void check(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    /** Counts how often an action has run. */
    static final class Shot implements Runnable {

        private final AtomicInteger fired = new AtomicInteger();

        @Override
        public void run() {
            fired.incrementAndGet();
        }
    }

    /** One shard whose owner is the thread that arms; the time is two milliseconds for ever. */
    public abstract static class Model {

        final AtomicLong clock = new AtomicLong();
        final AtomicInteger wakeups = new AtomicInteger();
        final TimerService timers = new TimerService(1, () -> 0, wakeups::incrementAndGet, clock::get, true);
        final Shot first = new Shot();
        final Shot second = new Shot();

        /** Fires what there is, all who took part being through. */
        final void fireAll() {
            clock.set(10 * SECOND);
            timers.collectAll();
            clock.set(20 * SECOND);
            timers.fireDue();
            check(timers.armed() == 0, "armed: " + timers.armed());
        }
    }

    /** A timer that is cancelled as it fires, and armed anew for later if the cancel was in time. */
    public static class FiredCancelledAndArmedAgain extends Model {

        private boolean cancelled;

        @Operation
        public void arm() {
            Timer timer = timers.schedule(MILLI, first);
            if (timer.cancel()) {
                cancelled = true;
                timers.schedule(5 * MILLI, second);
            }
        }

        @Operation
        public void fire() {
            clock.set(2 * MILLI);
            timers.fireDue();
        }

        @Operation
        public void meddle() {
            timers.collectAll();
        }

        @Validate
        public void validate() {
            fireAll();
            check(first.fired.get() == (cancelled ? 0 : 1), "first: " + first.fired);
            check(second.fired.get() == (cancelled ? 1 : 0), "second: " + second.fired);
        }
    }

    /** The same timer cancelled by another thread while the worker arms more. */
    public static class CancelledFromElsewhere extends Model {

        private volatile Timer timer;
        private boolean cancelled;

        @Operation
        public void arm() {
            timer = timers.schedule(MILLI, first);
            timers.limit(SECOND, second);
        }

        @Operation
        public void cancel() {
            while (timer == null) {
                Thread.onSpinWait();
            }
            cancelled = timer.cancel();
        }

        @Operation
        public void fire() {
            clock.set(2 * MILLI);
            timers.fireDue();
        }

        @Validate
        public void validate() {
            fireAll();
            check(first.fired.get() == (cancelled ? 0 : 1), "first: " + first.fired);
            check(second.fired.get() == 1, "second: " + second.fired);
        }
    }

    /** A driver that falls asleep as a timer is armed, and somebody who collects at that moment. */
    public static class ArmedAsTheDriverFallsAsleep extends Model {

        private long sleep;

        @Operation
        public void arm() {
            timers.schedule(5 * MILLI, first);
        }

        @Operation
        public void meddle() {
            timers.collectAll();
        }

        @Operation
        public void sleep() {
            sleep = timers.beforeSleep();
        }

        @Validate
        public void validate() {
            check(sleep != Long.MAX_VALUE || wakeups.get() > 0, "the driver sleeps through it");
            fireAll();
            check(first.fired.get() == 1, "first: " + first.fired);
        }
    }

    @Test
    void aTimerThatFiresIsCancelledOrArmedAgainEndsOnce() {
        Interleavings.check(FiredCancelledAndArmedAgain.class);
    }

    @Test
    void aTimerThatIsCancelledFromElsewhereEndsOnce() {
        Interleavings.checkBriefly(CancelledFromElsewhere.class);
    }

    @Test
    void theDriverSleepsThroughNoTimer() {
        Interleavings.check(ArmedAsTheDriverFallsAsleep.class);
    }
}
