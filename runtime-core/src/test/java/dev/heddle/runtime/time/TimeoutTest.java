package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(60)
class TimeoutTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(3);

    private static AsyncRuntime twoWorkers() {
        return AsyncRuntime.newMultiThread().workerThreads(2).build();
    }

    private static Object sleepLong() throws InterruptedException {
        Time.sleep(LONG);
        return "slept";
    }

    /** A body that waits too long, and what it is found to be by the one who called it. */
    private static String timeOut() throws Exception {
        try {
            Time.timeout(SHORT, TimeoutTest::sleepLong);
            return "no timeout";
        } catch (TimeoutException e) {
            return e.getMessage() + ", " + e.getCause().getClass().getSimpleName() + ", "
                    + Thread.currentThread().isInterrupted();
        }
    }

    private static final String TIMED_OUT =
            "The body did not end within PT0.003S, " + InterruptedException.class.getSimpleName() + ", false";

    @Test
    void aResultInTimeIsReturnedAndTheTimerDisarmed() {
        try (AsyncRuntime runtime = twoWorkers()) {
            assertThat(runtime.spawn(() -> Time.timeout(LONG, () -> 42)).join()).isEqualTo(42);
            assertThat(runtime.metrics().armedTimers()).isZero();
        }
    }

    @Test
    void whatTheBodyThrowsComesThroughUnchangedAndTheTimerIsDisarmed() {
        IOException broken = new IOException("broken");
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<Long> handle = runtime.spawn(() -> {
                assertThatThrownBy(() -> Time.timeout(LONG, () -> {
                            throw broken;
                        }))
                        .isSameAs(broken);
                return runtime.metrics().armedTimers();
            });
            assertThat(handle.join()).isZero();
        }
    }

    @Test
    void aBodyThatWaitsTooLongIsInterruptedAndItsExceptionIsTheCause() {
        try (AsyncRuntime runtime = twoWorkers()) {
            assertThat(runtime.spawn(TimeoutTest::timeOut).join()).isEqualTo(TIMED_OUT);
        }
    }

    @Test
    void aTimeoutWorksOnTheBlockingPoolAndInBlockOn() throws Exception {
        try (AsyncRuntime runtime = twoWorkers()) {
            assertThat(runtime.spawnBlocking(TimeoutTest::timeOut).join()).isEqualTo(TIMED_OUT);
            assertThat(runtime.<String, Exception>blockOn(TimeoutTest::timeOut)).isEqualTo(TIMED_OUT);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    @Test
    void aBodyThatEndsInSpiteOfTheInterruptHasItsResultReturned() {
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<String> handle = runtime.spawn(() -> {
                Object result = Time.timeout(SHORT, () -> {
                    try {
                        return sleepLong();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return "partial";
                    }
                });
                return result + ", " + Thread.currentThread().isInterrupted();
            });
            assertThat(handle.join()).isEqualTo("partial, false");
        }
    }

    @Test
    void aLimitOfZeroOrLessInterruptsTheFirstWait() {
        try (AsyncRuntime runtime = twoWorkers()) {
            for (Duration limit : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
                JoinHandle<Object> handle = runtime.spawn(() -> Time.timeout(limit, TimeoutTest::sleepLong));
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(handle::join)
                        .withCauseInstanceOf(TimeoutException.class);
            }
        }
    }

    @Test
    void anAbortIsNoTimeout() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<Object> handle = runtime.spawn(() -> recording(thrown, () -> {
                return Time.timeout(LONG, TimeoutTest::sleepLong);
            }));
            await().until(() -> runtime.metrics().armedTimers() == 2);
            handle.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void anAbortOutranksATimeoutThatCameFirst() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (AsyncRuntime runtime = twoWorkers()) {
            AtomicReference<JoinHandle<Object>> self = new AtomicReference<>();
            JoinHandle<Object> handle = runtime.spawn(() -> recording(
                    thrown,
                    () -> Time.timeout(SHORT, () -> {
                        try {
                            return sleepLong();
                        } catch (InterruptedException timeout) {
                            await().until(() -> self.get() != null);
                            self.get().abort();
                            throw timeout;
                        }
                    })));
            self.set(handle);
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
            assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        }
    }

    private static Object recording(AtomicReference<Throwable> thrown, Callable<Object> body) throws Exception {
        try {
            return body.call();
        } catch (Exception e) {
            thrown.set(e);
            throw e;
        }
    }

    @Test
    void theInnerOfTwoTimeoutsMayEndAlone() {
        try (AsyncRuntime runtime = twoWorkers()) {
            assertThat(runtime.spawn(() -> Time.timeout(LONG, () -> timeOut() + "; " + timeOut()))
                            .join())
                    .isEqualTo(TIMED_OUT + "; " + TIMED_OUT);
        }
    }

    @Test
    void theOuterOfTwoTimeoutsEndsTheInnerBody() {
        AtomicReference<Throwable> inner = new AtomicReference<>();
        try (AsyncRuntime runtime = twoWorkers()) {
            JoinHandle<Object> handle = runtime.spawn(() ->
                    Time.timeout(SHORT, () -> recording(inner, () -> Time.timeout(LONG, TimeoutTest::sleepLong))));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(TimeoutException.class)
                    .havingCause()
                    .havingCause()
                    .isSameAs(inner.get())
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void outsideATaskItSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Time.timeout(LONG, () -> 1))
                .withMessageContaining("Time.timeout needs a runtime");
    }

    @Test
    void aBodyWhoseOperationsAreAlwaysReadyMeetsItsLimit() {
        Channel<Integer> channel = Channel.bounded(1);
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Object> handle = runtime.spawn(() -> Time.timeout(SHORT, () -> {
                for (; ; ) {
                    channel.send(1);
                    channel.receive();
                }
            }));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(TimeoutException.class);
        }
    }
}
