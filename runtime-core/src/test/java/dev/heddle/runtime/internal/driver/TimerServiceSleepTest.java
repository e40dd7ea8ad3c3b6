package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the driver may sleep, and who wakes it, step by step. */
@Timeout(60)
class TimerServiceSleepTest {

    private static final long WITHOUT_LIMIT = Long.MAX_VALUE;

    private final AtomicInteger wakeups = new AtomicInteger();
    private final TimerService timers = new TimerService(1, () -> 0, wakeups::incrementAndGet, System::nanoTime, false);

    private void arm(Duration delay) {
        timers.schedule(System.nanoTime() + delay.toNanos(), () -> {});
    }

    @Test
    void withoutTimersTheDriverSleepsWithoutLimit() {
        assertThat(timers.beforeSleep()).isEqualTo(WITHOUT_LIMIT);
    }

    @Test
    void theDriverSleepsNoLongerThanUntilTheEarliestTimer() {
        arm(Duration.ofHours(2));
        arm(Duration.ofHours(1));
        assertThat(timers.beforeSleep())
                .isPositive()
                .isLessThanOrEqualTo(Duration.ofHours(1).plusMillis(1).toNanos());
    }

    @Test
    void onceItHasFiredATimerIsForgotten() {
        AtomicInteger fired = new AtomicInteger();
        timers.schedule(System.nanoTime() + 1_000_000, fired::incrementAndGet);
        while (fired.get() == 0) {
            timers.fireDue();
        }
        assertThat(timers.armed()).isZero();
        assertThat(timers.beforeSleep()).isEqualTo(WITHOUT_LIMIT);
    }

    @Test
    void anEarlierTimerWakesTheSleeperAndALaterOneDoesNot() {
        arm(Duration.ofHours(1));
        timers.beforeSleep();
        arm(Duration.ofHours(2));
        assertThat(wakeups).hasValue(0);
        arm(Duration.ofMinutes(1));
        assertThat(wakeups).hasValue(1);
    }

    @Test
    void aDriverThatIsAwakeIsLeftAlone() {
        arm(Duration.ofHours(1));
        timers.beforeSleep();
        timers.afterSleep();
        arm(Duration.ofMinutes(1));
        assertThat(wakeups).hasValue(0);
    }

    @Test
    void aTimerThatRacesTheSleepIsSeenOrWakesTheSleeper() throws Exception {
        int rounds = 20_000;
        TimerService[] services = new TimerService[rounds];
        AtomicInteger[] wakes = new AtomicInteger[rounds];
        for (int i = 0; i < rounds; i++) {
            AtomicInteger count = new AtomicInteger();
            wakes[i] = count;
            services[i] = new TimerService(1, () -> 0, count::incrementAndGet, System::nanoTime, false);
        }
        AtomicInteger turn = new AtomicInteger();
        Thread inserter = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 0; i < rounds; i++) {
                meet(turn, 2 * i + 2);
                services[i].schedule(System.nanoTime() + Duration.ofHours(1).toNanos(), () -> {});
            }
        });
        long[] sleeps = new long[rounds];
        for (int i = 0; i < rounds; i++) {
            meet(turn, 2 * i + 2);
            sleeps[i] = services[i].beforeSleep();
        }
        inserter.join();
        for (int i = 0; i < rounds; i++) {
            assertThat(sleeps[i] != WITHOUT_LIMIT || wakes[i].get() > 0)
                    .as("round %d: the driver saw the timer, or was woken", i)
                    .isTrue();
        }
    }

    /** Waits until both threads have come here as often. */
    private static void meet(AtomicInteger turn, int both) {
        turn.incrementAndGet();
        for (int spins = 0; turn.get() < both; spins++) {
            if (spins < 200) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }
}
