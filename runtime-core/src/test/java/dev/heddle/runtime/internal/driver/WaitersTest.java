package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitersTest {

    private final TimerService timers = new TimerService(1, () -> -1, () -> {}, System::nanoTime, false);
    private final Waiters waiters = new Waiters();

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private boolean await(long deadlineNanos) throws IOException {
        return waiters.await(waiters.add(Waiters.READ), deadlineNanos, timers, this);
    }

    @Test
    void oneWhoIsInterruptedLeavesNothingBehind() {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(() -> await(IoSocket.NO_DEADLINE));
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(waiters.wanted()).isZero();
    }

    @Test
    void oneWhoseDeadlineIsPastLeavesNothingBehind() throws Exception {
        // By more than a tick of the timers, which nobody fires here.
        assertThat(await(timers.nanoTime() - 10_000_000)).isFalse();
        assertThat(waiters.wanted()).isZero();
        assertThat(timers.armed()).isZero();
    }

    @Test
    void eachDirectionIsWokenByItself() {
        waiters.add(Waiters.READ);
        waiters.add(Waiters.WRITE);
        waiters.add(Waiters.READ);
        waiters.wake(Waiters.READ);
        assertThat(waiters.wanted()).isEqualTo(Waiters.WRITE);
        waiters.wake(Waiters.WRITE);
        assertThat(waiters.wanted()).isZero();
    }

    @Test
    void aListenerIsToldOnceUnlessItIsWithdrawn() {
        AtomicInteger told = new AtomicInteger();
        waiters.listen(Waiters.READ, told::incrementAndGet);
        Waiters.Waiter withdrawn = waiters.listen(Waiters.READ, told::incrementAndGet);
        waiters.listen(Waiters.WRITE, told::incrementAndGet);
        waiters.withdraw(withdrawn);
        waiters.wake(Waiters.READ);
        waiters.wake(Waiters.READ);
        assertThat(told.get()).isOne();
        assertThat(waiters.wanted()).isEqualTo(Waiters.WRITE);
    }

    @Test
    void aListenerThatThrowsDoesNotKeepTheOthersFromBeingTold() {
        AtomicInteger told = new AtomicInteger();
        waiters.listen(Waiters.READ, told::incrementAndGet);
        waiters.listen(Waiters.READ, () -> {
            throw new IllegalStateException("on purpose");
        });
        waiters.listen(Waiters.READ, told::incrementAndGet);
        waiters.wake(Waiters.READ);
        assertThat(told.get()).isEqualTo(2);
    }

    @Test
    void aListenerIsToldOfTheEndAtOnceIfItComesAfterIt() {
        AtomicInteger told = new AtomicInteger();
        waiters.listen(0, told::incrementAndGet);
        waiters.wake(Waiters.READ | Waiters.WRITE);
        assertThat(told.get()).isZero();
        waiters.close();
        assertThat(told.get()).isOne();
        waiters.listen(Waiters.READ, told::incrementAndGet);
        assertThat(told.get()).isEqualTo(2);
        assertThatExceptionOfType(AsynchronousCloseException.class).isThrownBy(waiters::throwIfEnded);
    }

    @Test
    void onlyTheFirstEndCounts() {
        waiters.add(Waiters.WRITE);
        assertThat(waiters.shutdown()).isTrue();
        assertThat(waiters.close()).isFalse();
        assertThat(waiters.wanted()).isZero();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> await(IoSocket.NO_DEADLINE))
                .withMessageContaining("shut down");
    }

    @Test
    void whoComesAfterTheCloseDoesNotWait() {
        waiters.close();
        assertThatExceptionOfType(AsynchronousCloseException.class).isThrownBy(() -> await(IoSocket.NO_DEADLINE));
    }
}
