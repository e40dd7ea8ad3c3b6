package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.JoinSet;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A million tasks, each aborted at a random point of its life: before it begins, while it waits for a timer, a lock or
 * another task, while it yields, as it ends and after. Each ends once, each is taken once, and what it held is free.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancellationStormTest {

    private static final int TASKS = 1_000_000;
    private static final int BATCH = 1_000;
    private static final Duration TINY = Duration.ofNanos(1);

    private final LongAdder began = new LongAdder();
    private final LongAdder leftByReturn = new LongAdder();
    private final LongAdder leftByThrow = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();

    /** Changed only by who holds the lock. */
    private long underLock;

    private long underLockEntered;

    @Test
    void ofAMillionAbortedTasksNoneIsLostAndNoneEndsTwice() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            long[] taken = new long[2];
            runtime.blockOn(() -> {
                SplittableRandom random = new SplittableRandom(42);
                JoinHandle<?> slow = runtime.spawn(() -> {
                    Time.sleep(Duration.ofHours(1));
                    return null;
                });
                for (int batch = 0; batch < TASKS / BATCH; batch++) {
                    storm(runtime, slow, random.split(), taken);
                }
                slow.abort();
            });
            assertThat(taken[0] + taken[1]).isEqualTo(TASKS);
            assertThat(leftByReturn.sum()).isEqualTo(taken[0]);
            assertThat(leftByThrow.sum() + leftByReturn.sum()).isEqualTo(began.sum());
            assertThat(lock.isLocked()).isFalse();
            assertThat(lock.hasQueuedThreads()).isFalse();
            assertThat(underLock).isEqualTo(underLockEntered);
            runtime.close();
            RuntimeMetrics metrics = runtime.metrics();
            assertThat(metrics.liveTasks()).isZero();
            assertThat(metrics.failed()).isZero();
            assertThat(metrics.succeeded()).isEqualTo(taken[0] + 1);
            assertThat(metrics.aborted()).isEqualTo(taken[1] + 1);
            assertThat(metrics.armedTimers()).isZero();
        }
    }

    private void storm(AsyncRuntime runtime, JoinHandle<?> slow, SplittableRandom random, long[] taken) {
        try (JoinSet<Integer> set = new JoinSet<>(runtime)) {
            JoinHandle<?>[] handles = new JoinHandle<?>[BATCH];
            for (int i = 0; i < BATCH; i++) {
                int kind = random.nextInt(6);
                handles[i] = set.spawn(() -> live(kind, slow));
                if (random.nextInt(8) == 0) {
                    handles[random.nextInt(i + 1)].abort();
                }
                if (random.nextInt(64) == 0) {
                    Task.yieldNow();
                }
            }
            // In a random order, some of them twice, and at last each.
            for (int i = 0; i < BATCH; i++) {
                handles[random.nextInt(BATCH)].abort();
            }
            set.abortAll();
            for (JoinHandle<Integer> next = set.joinNext(); next != null; next = set.joinNext()) {
                taken[next.isCancelled() ? 1 : 0]++;
            }
        }
    }

    private int live(int kind, JoinHandle<?> slow) throws InterruptedException {
        began.increment();
        boolean returned = false;
        try {
            switch (kind) {
                case 0 -> Time.sleep(Duration.ofHours(1));
                case 1 -> slow.join();
                case 2 -> {
                    lock.lockInterruptibly();
                    try {
                        underLockEntered++;
                        Task.yieldNow();
                        underLock++;
                    } finally {
                        lock.unlock();
                    }
                }
                case 3 -> Task.yieldNow();
                case 4 -> Time.sleep(TINY);
                default -> {}
            }
            returned = true;
            return kind;
        } finally {
            (returned ? leftByReturn : leftByThrow).increment();
        }
    }
}
