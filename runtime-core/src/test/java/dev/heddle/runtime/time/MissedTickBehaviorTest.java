package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What intervals do about ticks that they miss: a tick every 100 ms, the third of which comes at 345 ms. */
class MissedTickBehaviorTest {

    private static final long MILLI = 1_000_000;
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final ManualTask task = new ManualTask();

    private List<Long> millisAskedFor() {
        return task.deadlines.stream().map(nanos -> nanos / MILLI).toList();
    }

    private Interval lateOnce(MissedTickBehavior behavior) throws InterruptedException {
        Interval interval = new Interval(task, PERIOD, behavior);
        interval.tick();
        interval.tick();
        task.now = 345 * MILLI;
        interval.tick();
        return interval;
    }

    @Test
    void burstMakesUpForEachAndIsOnScheduleAgain() throws Exception {
        Interval interval = lateOnce(MissedTickBehavior.BURST);
        interval.tick();
        interval.tick();
        assertThat(millisAskedFor()).containsExactly(0L, 100L, 200L, 300L, 400L);
    }

    @Test
    void delayBeginsANewSchedule() throws Exception {
        Interval interval = lateOnce(MissedTickBehavior.DELAY);
        interval.tick();
        interval.tick();
        assertThat(millisAskedFor()).containsExactly(0L, 100L, 200L, 445L, 545L);
    }

    @Test
    void skipGoesOnWithTheNextOfTheSchedule() throws Exception {
        Interval interval = lateOnce(MissedTickBehavior.SKIP);
        interval.tick();
        interval.tick();
        assertThat(millisAskedFor()).containsExactly(0L, 100L, 200L, 400L, 500L);
    }

    @Test
    void aTickThatIsALittleLateDoesNotCountAsMissed() throws Exception {
        for (MissedTickBehavior behavior : MissedTickBehavior.values()) {
            task.now = 0;
            task.deadlines.clear();
            Interval interval = new Interval(task, PERIOD, behavior);
            interval.tick();
            task.now = 105 * MILLI;
            interval.tick();
            interval.tick();
            assertThat(millisAskedFor()).as("%s", behavior).containsExactly(0L, 100L, 200L);
        }
    }

    @Test
    void aTickReturnsTheTimeAtWhichItWasDue() throws Exception {
        Interval interval = new Interval(task, PERIOD, MissedTickBehavior.BURST);
        interval.tick();
        task.now = 345 * MILLI;
        assertThat(interval.tick()).isEqualTo(Instant.ofEpochMilli(100));
        assertThat(interval.period()).isEqualTo(PERIOD);
    }

    @Test
    void aResetBeginsANewSchedule() throws Exception {
        Interval interval = new Interval(task, PERIOD, MissedTickBehavior.BURST);
        task.now = 30 * MILLI;
        interval.reset();
        interval.tick();
        interval.resetAfter(Duration.ofMillis(5));
        interval.tick();
        interval.resetAfter(Duration.ofMillis(-5));
        interval.tick();
        interval.tick();
        assertThat(millisAskedFor()).containsExactly(130L, 135L, 135L, 235L);
    }
}
