package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.internal.context.Timers.Timer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Limits of a second or more, which are put down without a look at the clock. */
class LongLimitTest {

    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;

    private long clock = 77;
    private int looks;
    private int owner;
    private final AtomicInteger wakeups = new AtomicInteger();
    private final AtomicInteger fired = new AtomicInteger();
    private final TimerService timers = service(true);

    private TimerService service(boolean monitored) {
        return new TimerService(2, () -> owner, wakeups::incrementAndGet, this::readClock, monitored);
    }

    private long readClock() {
        looks++;
        return clock;
    }

    @Test
    void oneThatIsNotReachedNeitherReadsTheClockNorWakesTheDriver() {
        timers.beforeSleep();
        int before = looks;
        for (int i = 0; i < 60; i++) {
            assertThat(timers.limit(SECOND, fired::incrementAndGet).cancel()).isTrue();
        }
        assertThat(looks).isEqualTo(before);
        assertThat(wakeups).hasValue(0);
        assertThat(timers.armed()).isZero();
    }

    @Test
    void itCountsFromTheCollectionWhichWakesTheDriver() {
        timers.beforeSleep();
        timers.limit(SECOND, fired::incrementAndGet);
        clock += 5 * MILLI;
        timers.collectAll();
        assertThat(wakeups).hasValue(1);
        clock += SECOND - 1;
        timers.fireDue();
        assertThat(fired).hasValue(0);
        clock += MILLI;
        timers.fireDue();
        assertThat(fired).hasValue(1);
    }

    @Test
    void aShorterOneIsDatedAtOnceAndSoIsOneWithoutAMonitorOrAWorker() {
        timers.limit(SECOND - 1, fired::incrementAndGet);
        TimerService unmonitored = service(false);
        unmonitored.limit(SECOND, fired::incrementAndGet);
        owner = -1;
        timers.limit(SECOND, fired::incrementAndGet);
        clock += SECOND + MILLI;
        timers.fireDue();
        unmonitored.fireDue();
        assertThat(fired).hasValue(3);
    }

    @Test
    void aListThatIsFullIsCollectedByItsOwner() {
        int count = 1_000;
        for (int i = 0; i < count; i++) {
            timers.limit(SECOND + i, fired::incrementAndGet);
            timers.schedule(clock + SECOND, fired::incrementAndGet);
        }
        assertThat(timers.armed()).isEqualTo(2L * count);
        timers.collect(0);
        clock += 2 * SECOND;
        timers.fireDue();
        assertThat(fired).hasValue(2 * count);
        assertThat(timers.armed()).isZero();
    }

    @Test
    void aTimerThatIsCancelledInTheWheelIsTakenOut() {
        Timer timer = timers.limit(SECOND, fired::incrementAndGet);
        timers.collect(0);
        assertThat(timers.armed()).isEqualTo(1);
        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        assertThat(timer.hasFired()).isFalse();
        assertThat(timers.armed()).isZero();
    }
}
