package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.context.Timers.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Timers armed and cancelled by many threads while one thread drives them, asleep exactly as long as it may. */
@Timeout(60)
class TimerServiceTest {

    private static final int THREADS = 4;

    private final Semaphore wakeups = new Semaphore(0);
    private final TimerService timers = new TimerService(3, () -> -1, wakeups::release, System::nanoTime, false);
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Thread driver = new Thread(this::drive, "driver");
    private volatile boolean over;

    @BeforeEach
    void startDriver() {
        driver.start();
    }

    @AfterEach
    void stopDriver() throws InterruptedException {
        over = true;
        wakeups.release();
        driver.join();
        executor.shutdownNow();
    }

    private void drive() {
        while (!over) {
            long nanos = timers.beforeSleep();
            try {
                if (wakeups.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
                    wakeups.drainPermits();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            } finally {
                timers.afterSleep();
            }
            timers.fireDue();
        }
    }

    private <T> List<T> inAllThreads(Callable<T> body) throws Exception {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            futures.add(executor.submit(body));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            results.add(future.get());
        }
        return results;
    }

    /** Counts how often a timer fired and how often a cancel claims to have prevented that. */
    private final class Shot implements Runnable {

        final AtomicInteger fired = new AtomicInteger();
        final AtomicInteger early = new AtomicInteger();
        final long deadline;
        final Timer timer;
        final AtomicInteger cancelled = new AtomicInteger();

        Shot(long deadline) {
            this.deadline = deadline;
            this.timer = timers.schedule(deadline, this);
        }

        @Override
        public void run() {
            fired.incrementAndGet();
            if (System.nanoTime() - deadline < 0) {
                early.incrementAndGet();
            }
        }

        void cancel() {
            if (timer.cancel()) {
                cancelled.incrementAndGet();
            }
        }
    }

    @Test
    void anActionThatThrowsHoldsUpNoOther() {
        long deadline = System.nanoTime() + 1_000_000;
        for (int i = 0; i < 10; i++) {
            timers.schedule(deadline, () -> {
                throw new IllegalStateException("on purpose");
            });
        }
        Shot same = new Shot(deadline);
        Shot later = new Shot(deadline + 2_000_000);
        await().until(() -> same.fired.get() == 1 && later.fired.get() == 1);
    }

    @Test
    void anActionWhoseFailureCannotBeLoggedHoldsUpNoOther() {
        long deadline = System.nanoTime() + 1_000_000;
        for (int i = 0; i < 10; i++) {
            timers.schedule(deadline, () -> {
                throw new IllegalStateException("on purpose") {
                    @Override
                    public String getMessage() {
                        throw new AssertionError("not to be printed");
                    }
                };
            });
        }
        Shot same = new Shot(deadline);
        await().until(() -> same.fired.get() == 1);
    }

    @Test
    void eachTimerFiresOnceOrIsCancelledOnce() throws Exception {
        List<List<Shot>> shots = inAllThreads(() -> {
            SplittableRandom random =
                    new SplittableRandom(Thread.currentThread().threadId());
            List<Shot> mine = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                mine.add(new Shot(System.nanoTime() + random.nextLong(-1_000_000, 3_000_000)));
                if (random.nextInt(2) == 0) {
                    mine.get(random.nextInt(Math.max(0, i - 2_000), i + 1)).cancel();
                }
                if (random.nextInt(2_000) == 0) {
                    TimeUnit.MICROSECONDS.sleep(random.nextInt(3_000));
                }
            }
            return mine;
        });
        List<Shot> all = shots.stream().flatMap(List::stream).toList();
        await().until(() -> timers.armed() == 0);
        await().untilAsserted(() -> assertThat(all)
                .allMatch(shot -> shot.fired.get() + shot.cancelled.get() == 1, "fired once or cancelled once"));
        assertThat(all).anyMatch(shot -> shot.fired.get() == 1);
        assertThat(all).anyMatch(shot -> shot.cancelled.get() == 1);
        assertThat(all).allMatch(shot -> shot.early.get() == 0, "never early");
    }

    @Test
    void aTimerWakesTheDriverThatSleepsWithoutLimit() throws Exception {
        sleepUntilATimerWakesTheDriver();
    }

    private void sleepUntilATimerWakesTheDriver() throws Exception {
        inAllThreads(() -> {
            SplittableRandom random = new SplittableRandom();
            for (int i = 0; i < 300; i++) {
                Semaphore fired = new Semaphore(0);
                timers.schedule(System.nanoTime() + random.nextLong(1_500_000), fired::release);
                assertThat(fired.tryAcquire(20, TimeUnit.SECONDS))
                        .as("timer %d fires", i)
                        .isTrue();
            }
            return null;
        });
    }

    @Test
    void aNearTimerWakesTheDriverThatSleepsForAFarOne() throws Exception {
        Shot far = new Shot(System.nanoTime() + Duration.ofDays(400).toNanos());
        sleepUntilATimerWakesTheDriver();
        assertThat(far.fired.get()).isZero();
        assertThat(timers.armed()).isEqualTo(1);
        far.cancel();
        assertThat(far.cancelled.get()).isEqualTo(1);
        assertThat(timers.armed()).isZero();
    }

    @Test
    void aTimerThatIsDueFiresAtOnceAndCannotBeCancelled() {
        Shot due = new Shot(System.nanoTime() - Duration.ofSeconds(1).toNanos());
        await().until(() -> due.fired.get() == 1);
        due.cancel();
        assertThat(due.cancelled.get()).isZero();
    }

    @Test
    void aSecondCancelHasNoEffect() {
        Shot shot = new Shot(System.nanoTime() + Duration.ofHours(1).toNanos());
        shot.cancel();
        shot.cancel();
        assertThat(shot.cancelled.get()).isEqualTo(1);
        assertThat(shot.fired.get()).isZero();
    }
}
