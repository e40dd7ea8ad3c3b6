package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SleepTest {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private static AsyncRuntime twoWorkers() {
        return AsyncRuntime.newMultiThread().workerThreads(2).build();
    }

    private static void awaitArmedTimers(AsyncRuntime runtime, int count) {
        await().pollInterval(Duration.ofMillis(1)).until(() -> runtime.metrics().armedTimers() == count);
    }

    @Test
    void aSleepNeverEndsEarly() {
        try (AsyncRuntime runtime = twoWorkers()) {
            SplittableRandom random = new SplittableRandom(1);
            List<JoinHandle<Long>> early = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                Duration duration = Duration.ofNanos(random.nextLong(30_000_000));
                early.add(runtime.spawn(() -> {
                    long begin = System.nanoTime();
                    Time.sleep(duration);
                    return duration.toNanos() - (System.nanoTime() - begin);
                }));
            }
            assertThat(early).allSatisfy(handle -> assertThat(handle.join()).isLessThanOrEqualTo(0));
        }
    }

    @Test
    void aSleepOfZeroOrLessReturnsWithoutATimer() {
        try (AsyncRuntime runtime = twoWorkers()) {
            assertThat(runtime.<Long, InterruptedException>blockOn(() -> {
                        Time.sleep(Duration.ZERO);
                        Time.sleep(Duration.ofNanos(-1));
                        Time.sleep(Duration.ofSeconds(Long.MIN_VALUE));
                        return runtime.metrics().armedTimers();
                    }))
                    .isZero();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anAbortEndsASleepAndCancelsTheHandle() {
        try (AsyncRuntime runtime = twoWorkers()) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            JoinHandle<Object> handle = runtime.spawn(() -> {
                try {
                    Time.sleep(Duration.ofHours(1));
                } catch (InterruptedException e) {
                    thrown.set(e);
                    throw e;
                }
                return null;
            });
            awaitArmedTimers(runtime, 1);
            assertThat(handle.abort()).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
            assertThat(handle.isCancelled()).isTrue();
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            awaitArmedTimers(runtime, 0);
        }
    }

    @Test
    void anInterruptEndsASleepAndIsUsedUp() throws Exception {
        try (AsyncRuntime runtime = twoWorkers()) {
            CompletableFuture<Thread> sleeper = new CompletableFuture<>();
            JoinHandle<Boolean> handle = runtime.spawn(() -> {
                sleeper.complete(Thread.currentThread());
                try {
                    Time.sleep(Duration.ofHours(1));
                    return false;
                } catch (InterruptedException e) {
                    return !Thread.currentThread().isInterrupted();
                }
            });
            awaitArmedTimers(runtime, 1);
            sleeper.get().interrupt();
            assertThat(handle.join()).isTrue();
        }
    }

    @Test
    void anInterruptFromBeforeEndsASleepAtOnce() {
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<Object> handle = runtime.spawn(() -> {
                Thread.currentThread().interrupt();
                Time.sleep(Duration.ZERO);
                return null;
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aSleepOutsideATaskSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Time.sleep(Duration.ofMillis(1)))
                .withMessageContaining("Time.sleep needs a runtime")
                .withMessageContaining("spawn, spawnBlocking or blockOn");
    }

    @Test
    void theLongestDurationSleepsUntilAborted() {
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<Object> handle = runtime.spawn(() -> {
                Time.sleep(FOR_EVER);
                return null;
            });
            awaitArmedTimers(runtime, 1);
            // The timers of others are not disturbed by it.
            runtime.spawn(() -> {
                        Time.sleep(Duration.ofMillis(1));
                        return null;
                    })
                    .join();
            assertThat(handle.isFinished()).isFalse();
            handle.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
        }
    }

    @Test
    void tenThousandSleepersAllWake() {
        try (AsyncRuntime runtime = twoWorkers()) {
            List<JoinHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                int number = i;
                handles.add(runtime.spawn(() -> {
                    Time.sleep(Duration.ofMillis(1));
                    return number;
                }));
            }
            long sum = 0;
            for (JoinHandle<Integer> handle : handles) {
                sum += handle.join();
            }
            assertThat(sum).isEqualTo(9_999L * 10_000 / 2);
            assertThat(runtime.metrics().armedTimers()).isZero();
        }
    }

    @Test
    void aRuntimeThatHasNothingElseToDoWakesItsSleeperEachTime() {
        try (AsyncRuntime runtime = twoWorkers()) {
            for (int i = 0; i < 300; i++) {
                assertThat(runtime.spawn(() -> {
                                    Time.sleep(Duration.ofNanos(100_000));
                                    return 1;
                                })
                                .join())
                        .isEqualTo(1);
            }
        }
    }
}
