package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads that really sleep: the model checker lets them wake for no reason. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ParkerTest {

    private static final int ROUNDS = 20_000;

    private final Driver driver =
            new Driver(ReactorChoice.SELECTOR, false, "parker-test-", 1, () -> -1, Driver.Timing.PLAIN);
    private final AtomicReference<Parker> parker = new AtomicReference<>();

    @AfterEach
    void close() {
        driver.shutdown();
        driver.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    }

    private Thread startSleeper(Runnable body) {
        Thread thread = Thread.ofPlatform().unstarted(body);
        Parker own = new Parker(driver);
        own.adopt(thread);
        parker.set(own);
        thread.start();
        return thread;
    }

    @Test
    void anUnparkThatComesFirstIsKept() {
        Parker own = new Parker(driver);
        own.adopt(Thread.currentThread());
        own.unpark();
        assertThat(own.park(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void aThreadThatSleepsOutsideTheDriverIsWoken() throws Exception {
        assertThat(driver.tryAcquire()).isTrue();
        AtomicBoolean droveLast = new AtomicBoolean(true);
        Thread sleeper = startSleeper(() -> droveLast.set(parker.get().park(Long.MAX_VALUE)));
        await().until(parker.get()::isParked);
        assertThat(parker.get().isInDriver()).isFalse();
        parker.get().unpark();
        sleeper.join();
        assertThat(droveLast).isFalse();
    }

    @Test
    void aThreadThatSleepsInTheDriverIsWokenAndLeavesIt() throws Exception {
        AtomicBoolean droveLast = new AtomicBoolean();
        Thread sleeper = startSleeper(() -> droveLast.set(parker.get().park(Long.MAX_VALUE)));
        await().until(parker.get()::isInDriver);
        parker.get().unpark();
        sleeper.join();
        assertThat(droveLast).isTrue();
        assertThat(driver.tryAcquire()).isTrue();
    }

    @Test
    void aPermitThatSomebodyLeftDoesNotEndThePark() throws Exception {
        assertThat(driver.tryAcquire()).isTrue();
        Thread sleeper = startSleeper(() -> {
            LockSupport.unpark(Thread.currentThread());
            parker.get().park(Long.MAX_VALUE);
        });
        await().until(() -> parker.get().isParked() && sleeper.getState() == Thread.State.WAITING);
        parker.get().unpark();
        sleeper.join();
    }

    @Test
    void anInterruptEndsTheParkOfAThreadThatSleepsOutsideTheDriver() {
        assertThat(driver.tryAcquire()).isTrue();
        Parker own = new Parker(driver);
        own.adopt(Thread.currentThread());
        Thread.currentThread().interrupt();
        own.park(Long.MAX_VALUE);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** The waker goes on to the next round only when it was heard, so one lost wake-up hangs. */
    @Test
    void noWakeUpIsLostHoweverCloseToTheParkItComes() throws Exception {
        assertThat(driver.tryAcquire()).isTrue();
        rounds();
    }

    @Test
    void noWakeUpIsLostInTheDriverEither() throws Exception {
        rounds();
    }

    private void rounds() throws InterruptedException {
        int[] heard = new int[1];
        AtomicBoolean answered = new AtomicBoolean(true);
        int[] said = new int[1];
        Thread sleeper = startSleeper(() -> {
            while (heard[0] < ROUNDS) {
                parker.get().park(Long.MAX_VALUE);
                if (said[0] != heard[0]) {
                    heard[0] = said[0];
                    answered.set(true);
                }
            }
        });
        for (int i = 1; i <= ROUNDS; i++) {
            while (!answered.getAndSet(false)) {
                Thread.onSpinWait();
            }
            said[0] = i;
            parker.get().unpark();
        }
        sleeper.join();
        assertThat(heard[0]).isEqualTo(ROUNDS);
    }
}
