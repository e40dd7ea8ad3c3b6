package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A task that finds its worker's list of timers full while somebody has the lock may wait for it for so long that it goes
 * on at another worker. The first worker's next task then arms timers as well.
 */
@Timeout(60)
class TimerListFullTest {

    private static final int LIST = 64;
    private static final long LONG = 2_000_000_000;

    private final AtomicLong now = new AtomicLong(5);
    private final AtomicInteger looksAtTheClock = new AtomicInteger();
    private final AtomicInteger fired = new AtomicInteger();
    private final TimerService timers = new TimerService(1, () -> 0, () -> {}, this::time, true);

    private long time() {
        looksAtTheClock.incrementAndGet();
        return now.get();
    }

    private SpinLock lockOfTheShard() throws ReflectiveOperationException {
        Field shards = TimerService.class.getDeclaredField("shards");
        shards.setAccessible(true);
        Object shard = Array.get(shards.get(timers), 0);
        Field lock = shard.getClass().getDeclaredField("lock");
        lock.setAccessible(true);
        return (SpinLock) lock.get(shard);
    }

    @Test
    void timersOfBothTasksFire() throws Exception {
        for (int i = 0; i < LIST; i++) {
            timers.limit(LONG, fired::incrementAndGet);
        }
        List<Thread> tasks = new ArrayList<>();
        SpinLock lock = lockOfTheShard();
        lock.lock();
        try {
            looksAtTheClock.set(0);
            for (int i = 0; i < 2; i++) {
                tasks.add(Thread.ofPlatform().daemon().start(() -> timers.limit(LONG, fired::incrementAndGet)));
            }
            // Each looks once for the list and, when it cannot have the lock, once for the wheel.
            await().until(() -> looksAtTheClock.get() == 4);
        } finally {
            lock.unlock();
        }
        for (Thread task : tasks) {
            task.join();
        }
        assertThat(timers.armed()).isEqualTo(LIST + 2);

        timers.collect(0);
        now.addAndGet(LONG + 2_000_000);
        timers.fireDue();
        assertThat(fired).hasValue(LIST + 2);
    }
}
