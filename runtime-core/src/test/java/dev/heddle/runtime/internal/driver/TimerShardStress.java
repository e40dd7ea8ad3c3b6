package dev.heddle.runtime.internal.driver;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/**
 * A worker arms a timer while somebody else looks: whoever empties its list, and the driver before it sleeps. Each writes
 * what the other reads, so without a full fence between the two steps both may miss what the other did.
 */
final class TimerShardStress {

    private static final long TICK = 100;

    private TimerShardStress() {}

    private static TimerEntry handed() {
        return new TimerEntry(TICK, TimerEntry.HANDED) {
            @Override
            void fire() {}
        };
    }

    /** The one before was cancelled, but its tick is still noted as the earliest, so that the next need not lower it. */
    @JCStressTest
    @State
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "the shard says when to look at it again")
    @Outcome(id = "false", expect = FORBIDDEN, desc = "the timer is overlooked")
    public static class ArmedAsTheListIsEmptied {

        private final TimerShard shard = new TimerShard();

        public ArmedAsTheListIsEmptied() {
            TimerEntry cancelled = handed();
            if (!shard.hand(cancelled) || !shard.cancel(cancelled)) {
                throw new IllegalStateException();
            }
        }

        @Actor
        public void owner() {
            shard.hand(handed());
        }

        @Actor
        public void collector() {
            shard.collectForeign(0);
        }

        @Arbiter
        public void look(Z_Result result) {
            result.r1 = shard.nextExpiration() <= TICK;
        }
    }

    /** The driver has read the shards, or is about to, and then sleeps for as long as they allow. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true", "true, true"},
            expect = ACCEPTABLE,
            desc = "the driver was woken, or does not sleep for longer")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "the driver sleeps through the timer")
    public static class ArmedAsTheDriverFallsAsleep {

        private final TimerService timers = new TimerService(1, () -> 0, this::wake, () -> 0, true);
        private boolean woken;

        private void wake() {
            woken = true;
        }

        @Actor
        public void owner(ZZ_Result result) {
            timers.schedule(TICK * Ticks.NANOS, () -> {});
            result.r1 = woken;
        }

        @Actor
        public void driver(ZZ_Result result) {
            result.r2 = timers.beforeSleep() <= TICK * Ticks.NANOS;
        }
    }
}
