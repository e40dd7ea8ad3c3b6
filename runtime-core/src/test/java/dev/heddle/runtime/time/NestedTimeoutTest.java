package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

@org.junit.jupiter.api.Timeout(60)
class NestedTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(3);

    @Test
    void anInnerTimeoutDoesNotSwallowTheInterruptOfTheOuter() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            JoinHandle<String> handle = runtime.spawn(() -> Time.timeout(SHORT, () -> {
                try {
                    Time.timeout(SHORT, () -> {
                        // Both limits pass while this body does not wait.
                        long begin = System.nanoTime();
                        while (System.nanoTime() - begin < 50_000_000) {
                            Thread.onSpinWait();
                        }
                        Time.sleep(Duration.ofHours(1));
                        return null;
                    });
                } catch (TimeoutException expected) {
                    // The outer body goes on to something else, and its own limit has long passed.
                }
                Time.sleep(Duration.ofSeconds(5));
                return "the outer timeout was lost";
            }));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void aTimeoutInsideBlockOnDoesNotSwallowTheAbortOfTheTaskAround() throws InterruptedException {
        Gate gate = new Gate();
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            JoinHandle<Boolean> outer = runtime.spawn(() -> {
                runtime.blockOn(() -> passWithin(SHORT, gate));
                return Thread.currentThread().isInterrupted();
            });
            gate.awaitArrival();
            outer.abort();
            await().until(() -> runtime.metrics().armedTimers() == 0);
            gate.open();
            assertThat(outer.join()).isTrue();
        }
    }

    private static void passWithin(Duration limit, Gate gate) {
        try {
            Time.timeout(limit, () -> {
                gate.passUninterruptibly();
                return null;
            });
        } catch (TimeoutException e) {
            throw new AssertionError("The body has ended well", e);
        }
    }
}
