package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OneWaiterTest {

    private static final int ROUNDS = 200_000;

    private final ExecutorService executor = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        executor.shutdownNow();
    }

    /** Each waits for the other's turn, so a wake-up that is lost is never made up for. */
    @Test
    void noWakeUpIsLostHoweverItMeetsTheLookAtTheCondition() throws Exception {
        AtomicInteger turn = new AtomicInteger();
        OneWaiter even = new OneWaiter();
        OneWaiter odd = new OneWaiter();
        Future<Integer> other = executor.submit(() -> {
            for (int round = 1; round < ROUNDS; round += 2) {
                int mine = round;
                odd.await(() -> turn.get() == mine);
                turn.incrementAndGet();
                even.wake();
            }
            return turn.get();
        });
        Future<Integer> one = executor.submit(() -> {
            for (int round = 0; round < ROUNDS; round += 2) {
                int mine = round;
                even.await(() -> turn.get() == mine);
                turn.incrementAndGet();
                odd.wake();
            }
            return turn.get();
        });
        assertThat(one.get(50, TimeUnit.SECONDS)).isPositive();
        assertThat(other.get(50, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
    }

    @Test
    void aLimitedWaitEndsWithTheCondition() throws Exception {
        OneWaiter waiter = new OneWaiter();
        assertThat(waiter.await(() -> true, 0)).isTrue();
        assertThat(waiter.await(() -> false, 1_000)).isFalse();
    }
}
