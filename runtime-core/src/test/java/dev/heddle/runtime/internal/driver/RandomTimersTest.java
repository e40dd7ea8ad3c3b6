package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.internal.context.Timers.Timer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A thousand random timers of one service against the plainest model there is, an array of deadlines that is sorted: the
 * same timers fire, in that order, each at the first millisecond that is not before its deadline.
 */
@Timeout(120)
class RandomTimersTest {

    private static final int SEEDS = 10_000;
    private static final int TIMERS = 1_000;

    private static final long TICK = 1_000_000;

    /** One run. The clock starts anywhere, so that it wraps in some runs. */
    private static final class Run {

        private final SplittableRandom random;
        private final String name;
        private final long origin;
        private long clock;
        private int owner;
        private final TimerService timers;

        private final Timer[] armed = new Timer[TIMERS];
        private final long[] ticks = new long[TIMERS];
        private int live;
        private long lastFired;
        private long wrong;

        Run(int seed) {
            name = "seed " + seed;
            random = new SplittableRandom(seed);
            origin = random.nextInt(4) == 0 ? Long.MAX_VALUE - random.nextLong(1L << 40) : random.nextLong();
            clock = origin;
            timers = new TimerService(3, () -> owner, () -> {}, () -> clock, true);
        }

        void go() {
            int bits = random.nextInt(22, 56);
            for (int i = 0; i < TIMERS; i++) {
                arm(i, random.nextLong(1L << bits));
                if (random.nextInt(4) == 0) {
                    cancel(random.nextInt(i + 1));
                }
                if (random.nextInt(50) == 0) {
                    pass(random.nextLong(1L << random.nextInt(bits)));
                }
            }
            long[] expected =
                    Arrays.stream(ticks).filter(tick -> tick != 0).sorted().toArray();
            assertThat(live).as(name).isEqualTo(expected.length);
            for (long tick : expected) {
                passTo(tick * TICK);
            }
            assertThat(live).as(name).isZero();
            assertThat(wrong).as(name).isZero();
            assertThat(timers.armed()).as(name).isZero();
        }

        private void arm(int i, long delay) {
            owner = random.nextInt(-1, 3);
            long deadline = clock - origin + delay;
            long tick = Math.ceilDiv(deadline, TICK);
            if (tick <= Math.floorDiv(clock - origin, TICK)) {
                return;
            }
            ticks[i] = tick;
            live++;
            if (random.nextBoolean()) {
                armed[i] = timers.schedule(origin + deadline, () -> fired(i));
            } else {
                // A long one counts from the collection.
                armed[i] = timers.limit(delay, () -> fired(i));
                timers.collectAll();
            }
        }

        private void fired(int i) {
            live--;
            if (ticks[i] * TICK > clock - origin || ticks[i] < lastFired) {
                wrong++;
            }
            lastFired = ticks[i];
            ticks[i] = 0;
        }

        private void cancel(int i) {
            if (ticks[i] != 0 && armed[i].cancel()) {
                ticks[i] = 0;
                live--;
            }
        }

        private void pass(long nanos) {
            passTo(clock - origin + nanos);
        }

        /** Lets the time pass as the driver does: from one expiration to the next. */
        private void passTo(long sinceOrigin) {
            for (; ; ) {
                long sleep = timers.beforeSleep();
                timers.afterSleep();
                long left = sinceOrigin - (clock - origin);
                if (sleep > left) {
                    clock = origin + sinceOrigin;
                    return;
                }
                clock += sleep;
                timers.fireDue();
            }
        }
    }

    @Test
    void theyFireAsAListOfSortedDeadlinesSays() {
        for (int seed = 0; seed < SEEDS; seed++) {
            new Run(seed).go();
        }
    }
}
