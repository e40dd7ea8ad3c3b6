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
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

@Timeout(60)
@DisabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk") // no scheduler is needed for it
class OneWaiterTest {

    private static final int ROUNDS = 50_000;

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
        Future<Integer> one = executor.submit(() -> takeTurns(turn, 0, even, odd));
        Future<Integer> other = executor.submit(() -> takeTurns(turn, 1, odd, even));
        assertThat(one.get(50, TimeUnit.SECONDS)).isPositive();
        assertThat(other.get(50, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
    }

    private static int takeTurns(AtomicInteger turn, int first, OneWaiter mine, OneWaiter other)
            throws InterruptedException {
        for (int round = first; round < ROUNDS; round += 2) {
            int next = round;
            mine.await(() -> turn.get() == next);
            turn.incrementAndGet();
            other.wake();
        }
        return turn.get();
    }

    @Test
    void aLimitedWaitEndsWithTheCondition() throws Exception {
        OneWaiter waiter = new OneWaiter();
        assertThat(waiter.await(() -> true, 0)).isTrue();
        assertThat(waiter.await(() -> false, 1_000)).isFalse();
    }
}
