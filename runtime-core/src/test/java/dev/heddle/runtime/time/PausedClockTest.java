package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.WorkerMetrics;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskScope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock of a current-thread runtime, paused. */
@org.junit.jupiter.api.Timeout(60)
class PausedClockTest {

    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration YEAR = Duration.ofDays(365);
    private static final int ROUNDS = 20_000;

    private AsyncRuntime runtime;

    @BeforeEach
    void start() {
        assumeTrue(
                !"jdk".equals(System.getProperty("heddle.test.scheduler")), "a current-thread runtime needs the flag");
        runtime = AsyncRuntime.newCurrentThread().startPaused().build();
    }

    @AfterEach
    void close() {
        if (runtime != null) {
            runtime.close();
        }
    }

    private Duration measure(Body body) throws Exception {
        Instant begin = runtime.clock().instant();
        runtime.blockOn(() -> {
            body.run();
            return true;
        });
        return Duration.between(begin, runtime.clock().instant());
    }

    private interface Body {
        void run() throws Exception;
    }

    /** Waits until nothing can run, when the time would pass if nothing held it. For other threads than the runtime's. */
    private void awaitParked() {
        await().until(() -> runtime.metrics().workers().getFirst().state() != WorkerMetrics.State.ACTIVE);
    }

    @Test
    void theTimeStandsStillWhileTasksRun() throws Exception {
        long begin = System.nanoTime();
        assertThat(measure(() -> {
                    while (System.nanoTime() - begin < 5_000_000) {
                        Thread.yield();
                    }
                }))
                .isZero();
    }

    @Test
    void whenNothingCanRunItJumpsToTheNextTimer() throws Exception {
        assertThat(measure(() -> Time.sleep(YEAR))).isEqualTo(YEAR);
    }

    @Test
    void sleepersWakeInTheOrderOfTheirDeadlinesAndSeeThem() throws Exception {
        List<Duration> woken = new ArrayList<>();
        Instant begin = runtime.clock().instant();
        measure(() -> {
            List<JoinHandle<Object>> sleepers = new ArrayList<>();
            for (int hours : new int[] {5, 1, 9_000, 3, 400, 2}) {
                sleepers.add(runtime.spawn(() -> {
                    Time.sleep(Duration.ofHours(hours));
                    return woken.add(Duration.between(begin, Time.now()));
                }));
            }
            sleepers.forEach(JoinHandle::join);
        });
        assertThat(woken.stream().map(Duration::toHours)).containsExactly(1L, 2L, 3L, 5L, 400L, 9_000L);
    }

    @Test
    void aTimeoutAndAnIntervalGoByIt() throws Exception {
        assertThat(measure(() -> assertThatExceptionOfType(TimeoutException.class)
                        .isThrownBy(() -> Time.timeout(HOUR, () -> {
                            Time.sleep(YEAR);
                            return 1;
                        }))))
                .isEqualTo(HOUR);
        assertThat(measure(() -> {
                    Interval interval = Time.interval(HOUR);
                    for (int i = 0; i < 25; i++) {
                        interval.tick();
                    }
                }))
                .isEqualTo(Duration.ofDays(1));
    }

    @Test
    void advanceFiresEverythingOnTheWayInOrderAndStopsAtItsGoal() throws Exception {
        List<Long> ticks = new ArrayList<>();
        Instant begin = runtime.clock().instant();
        JoinHandle<Object> ticker = runtime.spawn(() -> {
            Interval interval = Time.interval(HOUR);
            for (; ; ) {
                interval.tick();
                ticks.add(Duration.between(begin, Time.now()).toHours());
            }
        });
        runtime.clock().advance(Duration.ofHours(3).plusMinutes(30));
        assertThat(ticks).containsExactly(0L, 1L, 2L, 3L);
        assertThat(runtime.clock().instant()).isEqualTo(begin.plus(Duration.ofMinutes(210)));
        runtime.clock().advance(Duration.ofMinutes(30));
        assertThat(ticks).containsExactly(0L, 1L, 2L, 3L, 4L);
        ticker.abort();
    }

    @Test
    void advanceMovesByLessThanAMillisecondToo() throws Exception {
        Instant begin = runtime.clock().instant();
        runtime.clock().advance(Duration.ofNanos(1_500));
        runtime.clock().advance(Duration.ofNanos(1));
        assertThat(runtime.clock().instant()).isEqualTo(begin.plusNanos(1_501));
    }

    @Test
    void advanceWorksFromATask() throws Exception {
        assertThat(measure(() -> {
                    AtomicBoolean woken = new AtomicBoolean();
                    runtime.spawn(() -> {
                        Time.sleep(HOUR);
                        woken.set(true);
                        return null;
                    });
                    runtime.clock().advance(HOUR.minusMillis(1));
                    assertThat(woken).isFalse();
                    runtime.clock().advance(Duration.ofMillis(1));
                    assertThat(woken).isTrue();
                }))
                .isEqualTo(HOUR);
    }

    @Test
    void aBlockingTaskHoldsTheTime() throws Exception {
        CountDownLatch asleep = new CountDownLatch(1);
        List<String> order = new ArrayList<>();
        measure(() -> {
            JoinHandle<Object> sleeper = runtime.spawn(() -> {
                asleep.countDown();
                Time.sleep(YEAR);
                return order.add("sleeper");
            });
            runtime.spawnBlocking(() -> {
                        asleep.await();
                        awaitParked();
                        return null;
                    })
                    .join();
            order.add("blocking");
            sleeper.join();
        });
        assertThat(order).containsExactly("blocking", "sleeper");
    }

    @Test
    void aBlockingTaskThatSleepsByTheClockDoesNotHoldIt() throws Exception {
        assertThat(measure(() -> runtime.spawnBlocking(() -> {
                            for (int i = 0; i < 100; i++) {
                                Time.sleep(HOUR);
                            }
                            return null;
                        })
                        .join()))
                .isEqualTo(HOUR.multipliedBy(100));
    }

    /** The task ends, and releases the time, just as the core looks whether something holds it and falls asleep. */
    @Test
    void theEndOfABlockingTaskIsNotMissedByACoreThatFallsAsleep() throws Exception {
        assertThat(measure(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        int spins = round % 500 * 4;
                        runtime.spawnBlocking(() -> spin(spins));
                        Time.sleep(HOUR);
                    }
                }))
                .isEqualTo(HOUR.multipliedBy(ROUNDS));
    }

    /** The blocking task lets go of the time, which then must not jump beyond the end of its sleep. */
    @Test
    void aBlockingTaskThatFallsAsleepIsNotPassedByTheTime() throws Exception {
        measure(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                int spins = round % 500 * 4;
                Instant begin = Time.now();
                JoinHandle<Object> later = runtime.spawn(() -> {
                    Time.sleep(YEAR);
                    return null;
                });
                JoinHandle<Duration> sleeper = runtime.spawnBlocking(() -> {
                    spin(spins);
                    Time.sleep(HOUR);
                    return Duration.between(begin, Time.now());
                });
                assertThat(sleeper.join()).isEqualTo(HOUR);
                later.abort();
            }
        });
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aWaitForASocketHoldsTheTimeUntilItIsOver() throws Exception {
        assertHoldsTheTime(stream -> stream.read(ByteBuffer.allocate(1)));
    }

    @Test
    void aSelectOverASocketHoldsTheTimeAsAWaitDoes() throws Exception {
        assertHoldsTheTime(stream ->
                Select.<Boolean>of().onReady(stream.readable(), ready -> true).await());
    }

    private void assertHoldsTheTime(Wait wait) throws Exception {
        List<String> order = new ArrayList<>();
        measure(() -> {
            TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Socket peer = new Socket(
                    InetAddress.getLoopbackAddress(), listener.localAddress().getPort());
            TcpStream stream = listener.accept();
            JoinHandle<Object> sleeper = runtime.spawn(() -> {
                Time.sleep(YEAR);
                return order.add("sleeper");
            });
            FutureTask<Object> later = new FutureTask<>(() -> {
                awaitParked();
                peer.getOutputStream().write(1);
                return null;
            });
            Thread.ofPlatform().start(later);
            wait.on(stream);
            order.add("socket");
            sleeper.join();
            later.get();
            stream.close();
            peer.close();
            listener.close();
        });
        assertThat(order).containsExactly("socket", "sleeper");
    }

    private interface Wait {
        void on(TcpStream stream) throws Exception;
    }

    @Test
    void resumedItGoesOnInRealTime() throws Exception {
        runtime.clock().advance(YEAR);
        runtime.clock().resume();
        assertThat(runtime.clock().isPaused()).isFalse();
        Instant begin = runtime.clock().instant();
        long realBegin = System.nanoTime();
        Duration took = measure(() -> Time.sleep(Duration.ofMillis(20)));
        assertThat(System.nanoTime() - realBegin).isGreaterThanOrEqualTo(20_000_000);
        assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(19));
        assertThat(begin).isAfter(Instant.now().plus(YEAR).minusSeconds(60));
        runtime.clock().pause();
        assertThat(measure(() -> Time.sleep(YEAR))).isBetween(YEAR, YEAR.plusMillis(1));
    }

    @Test
    void aJavaClockReadsIt() throws Exception {
        Clock clock = runtime.clock().withZone(ZoneOffset.UTC);
        Instant begin = clock.instant();
        runtime.clock().advance(YEAR);
        assertThat(Duration.between(begin, clock.instant())).isEqualTo(YEAR);
        assertThat(runtime.<Instant, RuntimeException>blockOn(Time::now)).isEqualTo(clock.instant());
    }

    @Test
    void anUnreachedLimitIsNotWaitedFor() throws Exception {
        assertThat(measure(() -> Time.timeout(YEAR, () -> {
                    Time.sleep(HOUR);
                    return 1;
                })))
                .isEqualTo(HOUR);
    }

    @Test
    void theTimeDoesNotJumpToATimerThatWasCancelled() throws Exception {
        CompletableFuture<String> outside = new CompletableFuture<>();
        assertThat(measure(() -> {
                    Time.timeout(
                            HOUR, () -> runtime.spawnBlocking(() -> "in time").join());
                    Thread.ofPlatform().start(() -> {
                        awaitParked();
                        outside.complete("done");
                    });
                    outside.get();
                }))
                .isZero();
    }

    @Test
    void misuseIsRefused() throws Exception {
        assertThatThrownBy(() -> runtime.clock().advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
        runtime.clock().resume();
        assertThatIllegalStateException().isThrownBy(() -> runtime.clock().advance(HOUR));
        assertThatIllegalStateException()
                .isThrownBy(() -> AsyncRuntime.newMultiThread().startPaused());
        try (AsyncRuntime multiThread = AsyncRuntime.newMultiThread().build()) {
            assertThatThrownBy(() -> multiThread.clock().pause()).isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> multiThread.clock().advance(HOUR))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(multiThread.clock().instant()).isBetween(Instant.now().minusSeconds(60), Instant.now());
        }
    }

    @Test
    void theLimitOfAScopeThatAnOrdinaryThreadOwnsGoesByIt() {
        try (TaskScope<Object, List<Object>> scope = TaskScope.open(runtime, TaskScope.Policy.all(), HOUR)) {
            JoinHandle<Object> child = scope.spawn(() -> {
                Time.sleep(HOUR.minusMillis(1));
                return TaskScope.timeLeft().orElseThrow();
            });
            runtime.blockOn(() -> {
                child.join();
            });
            assertThat(scope.join()).containsExactly(Duration.ofMillis(1));
        }
    }

    @Test
    void anAbortEndsAnAdvanceWhereItHasCome() throws Exception {
        Instant begin = runtime.clock().instant();
        measure(() -> {
            JoinHandle<Object> advancing = runtime.spawn(() -> {
                runtime.clock().advance(YEAR);
                return null;
            });
            runtime.spawn(() -> {
                        Time.sleep(HOUR);
                        return advancing.abort();
                    })
                    .join();
            assertThatThrownBy(advancing::join).isInstanceOf(java.util.concurrent.CancellationException.class);
        });
        assertThat(runtime.clock().instant()).isEqualTo(begin.plus(HOUR));
    }
}
