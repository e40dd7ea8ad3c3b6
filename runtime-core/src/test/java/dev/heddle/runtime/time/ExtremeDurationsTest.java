package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(60)
class ExtremeDurationsTest {

    private static final List<Duration> OVER_AT_ONCE = List.of(
            Duration.ZERO,
            Duration.ofNanos(-1),
            Duration.ofDays(-400 * 365L),
            Duration.ofNanos(Long.MIN_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE));

    private static final List<Duration> SHORT =
            List.of(Duration.ofNanos(1), Duration.ofNanos(999_999), Duration.ofNanos(1_000_001));

    private static final List<Duration> NEVER_OVER = List.of(
            ChronoUnit.YEARS.getDuration().multipliedBy(400),
            Duration.ofNanos(Long.MAX_VALUE),
            Duration.ofNanos(Long.MAX_VALUE / 2),
            Duration.ofMillis(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();

    @AfterEach
    void close() {
        runtime.shutdown(Duration.ZERO);
    }

    private <T> T inTask(java.util.concurrent.Callable<T> body) {
        return runtime.spawn(body).join();
    }

    @Test
    void whatIsOverAtOnceArmsNothing() {
        for (Duration duration : OVER_AT_ONCE) {
            inTask(() -> {
                Time.sleep(duration);
                return null;
            });
            assertThat(Durations.nanos(duration)).isZero();
        }
        inTask(() -> {
            Time.sleepUntil(Instant.MIN);
            Time.sleepUntil(Instant.EPOCH);
            Time.sleepUntil(Time.now());
            return null;
        });
        assertThat(runtime.metrics().armedTimers()).isZero();
    }

    @Test
    void nanosecondsAreRoundedUpAndNeverEarly() {
        for (Duration duration : SHORT) {
            long took = inTask(() -> {
                long begin = System.nanoTime();
                Time.sleep(duration);
                return System.nanoTime() - begin;
            });
            assertThat(took).as("%s", duration).isGreaterThanOrEqualTo(duration.toNanos());
        }
    }

    @Test
    void whatIsNeverOverSleepsUntilAborted() {
        for (Duration duration : NEVER_OVER) {
            assertThat(Durations.nanos(duration)).isEqualTo(Long.MAX_VALUE / 2);
        }
        List<JoinHandle<Object>> sleepers = NEVER_OVER.stream()
                .map(duration -> runtime.spawn(() -> {
                    Time.sleep(duration);
                    return null;
                }))
                .toList();
        JoinHandle<Object> until = runtime.spawn(() -> {
            Time.sleepUntil(Instant.MAX);
            return null;
        });
        await().until(() -> runtime.metrics().armedTimers() == NEVER_OVER.size() + 1);
        assertThat(sleepers).noneMatch(JoinHandle::isFinished);
        sleepers.forEach(JoinHandle::abort);
        until.abort();
        await().until(() -> sleepers.stream().allMatch(JoinHandle::isCancelled) && until.isCancelled());
        assertThat(runtime.metrics().armedTimers()).isZero();
    }

    @Test
    void aLimitThatIsNeverOverIsNotReached() {
        for (Duration duration : NEVER_OVER) {
            assertThat(inTask(() -> Time.timeout(duration, () -> 1))).isEqualTo(1);
        }
        assertThat(inTask(() -> Time.timeoutAt(Instant.MAX, () -> 1))).isEqualTo(1);
    }

    @Test
    void aLimitThatIsOverInterruptsTheFirstWait() {
        for (Duration duration : OVER_AT_ONCE) {
            assertThatExceptionOfType(CompletionException.class)
                    .as("%s", duration)
                    .isThrownBy(() -> inTask(() -> Time.timeout(duration, () -> {
                        Time.sleep(Duration.ofHours(1));
                        return 1;
                    })))
                    .withCauseInstanceOf(TimeoutException.class);
        }
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> inTask(() -> Time.timeoutAt(Time.now().minusNanos(1), () -> {
                    Time.sleep(Duration.ofHours(1));
                    return 1;
                })))
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void anIntervalOfTheLongestPeriodTicksOnce() throws Exception {
        AtomicInteger ticks = new AtomicInteger();
        JoinHandle<Object> ticking = runtime.spawn(() -> {
            Interval interval = Time.interval(Duration.ofSeconds(Long.MAX_VALUE));
            for (; ; ) {
                interval.tick();
                ticks.incrementAndGet();
            }
        });
        await().until(() -> runtime.metrics().armedTimers() == 1);
        assertThat(ticks).hasValue(1);
        ticking.abort();
    }

    @Test
    void sleepUntilWakesNoEarlierThanItsTime() {
        Instant deadline = Instant.now().plusMillis(5);
        assertThat(inTask(() -> {
                    Time.sleepUntil(deadline);
                    return Time.now();
                }))
                // The system's clock may be set between.
                .isAfterOrEqualTo(deadline.minusMillis(1));
    }
}
