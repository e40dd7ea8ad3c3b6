package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(60)
class IntervalTest {

    private static final Duration PERIOD = Duration.ofNanos(10);

    @Test
    void theFirstTickIsDueAtOnce() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            assertThat(runtime.spawn(() -> {
                                Time.interval(Duration.ofDays(1)).tick();
                                return runtime.metrics().armedTimers();
                            })
                            .join())
                    .isZero();
        }
    }

    @Test
    void aTickNeverComesEarly() {
        Duration period = Duration.ofMillis(2);
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Long> mostEarly = runtime.spawn(() -> {
                long begin = System.nanoTime();
                Interval interval = Time.interval(period);
                long early = Long.MIN_VALUE;
                for (int i = 0; i < 50; i++) {
                    interval.tick();
                    early = Math.max(early, begin + i * period.toNanos() - System.nanoTime());
                }
                return early;
            });
            assertThat(mostEarly.join()).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void workBetweenTicksDoesNotShiftTheSchedule() throws Exception {
        ManualTask task = new ManualTask();
        task.now = 1_000;
        Interval interval = new Interval(task, PERIOD, MissedTickBehavior.BURST);
        for (int i = 0; i < 4; i++) {
            interval.tick();
            long ticked = task.now;
            task.now = ticked + 7;
        }
        assertThat(task.deadlines).containsExactly(1_000L, 1_010L, 1_020L, 1_030L);
    }

    @Test
    void missedTicksAreMadeUp() throws Exception {
        ManualTask task = new ManualTask();
        Interval interval = new Interval(task, PERIOD, MissedTickBehavior.BURST);
        interval.tick();
        task.now = 35;
        for (int i = 0; i < 4; i++) {
            interval.tick();
        }
        assertThat(task.deadlines).containsExactly(0L, 10L, 20L, 30L, 40L);
        assertThat(task.now).isEqualTo(40);
    }

    @Test
    void aTickThatWasInterruptedIsStillToCome() throws Exception {
        ManualTask task = new ManualTask();
        Interval interval = new Interval(task, PERIOD, MissedTickBehavior.BURST);
        interval.tick();
        task.interruptNext = true;
        assertThatExceptionOfType(InterruptedException.class).isThrownBy(interval::tick);
        interval.tick();
        assertThat(task.deadlines).containsExactly(0L, 10L, 10L);
    }

    @Test
    void aPeriodOfZeroOrLessIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Time.interval(Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Time.interval(Duration.ofMillis(-1)))
                .withMessageContaining("must be positive");
    }

    @Test
    void outsideATaskItSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Time.interval(PERIOD))
                .withMessageContaining("Time.interval needs a runtime");
    }

    @Test
    void anAbortEndsATick() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Object> handle = runtime.spawn(() -> {
                Interval interval = Time.interval(Duration.ofDays(1));
                interval.tick();
                interval.tick();
                return null;
            });
            await().until(() -> runtime.metrics().armedTimers() == 1);
            handle.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
        }
    }
}
