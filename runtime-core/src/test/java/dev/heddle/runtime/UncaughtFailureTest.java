package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UncaughtFailureTest {

    private final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

    private AsyncRuntime newRuntime() {
        return AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .uncaughtTaskHandler((task, failure) -> uncaught.add(failure))
                .build();
    }

    private static Object fail(String message) {
        throw new IllegalStateException(message);
    }

    @Test
    void aFailureThatNobodyJoinsIsReported() {
        try (AsyncRuntime runtime = newRuntime()) {
            runtime.spawn(() -> fail("dropped"));
            await().untilAsserted(() -> assertThat(uncaught)
                    .singleElement()
                    .extracting(Throwable::getMessage)
                    .isEqualTo("dropped"));
            assertThat(runtime.metrics().uncaughtFailures()).isEqualTo(1);
        }
    }

    @Test
    void aFailureThatSomebodyJoinsIsNotReported() {
        try (AsyncRuntime runtime = newRuntime()) {
            JoinHandle<Object> handle = runtime.spawn(() -> fail("joined"));
            assertThatExceptionOfType(CompletionException.class).isThrownBy(handle::join);
        }
        assertThat(uncaught).isEmpty();
    }

    @Test
    void aFailureOfADetachedTaskIsReportedAtOnce() {
        try (AsyncRuntime runtime = newRuntime()) {
            JoinHandle<Object> handle = runtime.spawn(TaskOptions.DEFAULT.asDetached(), () -> fail("detached"));
            await().until(handle::isFinished);
            assertThat(uncaught).hasSize(1);
        }
    }

    @Test
    void aFailureThatNobodyHasJoinedYetIsReportedAtShutdown() {
        AsyncRuntime runtime = newRuntime();
        JoinHandle<Object> handle = runtime.spawn(() -> fail("pending"));
        await().until(handle::isFinished);
        runtime.shutdown(Duration.ZERO);
        assertThat(uncaught).hasSize(1);
    }

    @Test
    void aHandlerThatThrowsHarmsNobody() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .uncaughtTaskHandler((task, failure) -> {
                    throw new IllegalStateException("bad handler");
                })
                .build()) {
            JoinHandle<Object> handle = runtime.spawn(TaskOptions.DEFAULT.asDetached(), () -> fail("detached"));
            await().until(handle::isFinished);
            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    void anAbortIsNoFailure() {
        try (AsyncRuntime runtime = newRuntime()) {
            Gate gate = new Gate();
            JoinHandle<Void> handle = runtime.spawn(TaskOptions.DEFAULT.asDetached(), gate::pass);
            handle.abort();
            await().until(handle::isFinished);
            assertThat(runtime.metrics().aborted()).isEqualTo(1);
            assertThat(runtime.metrics().failed()).isZero();
        }
        assertThat(uncaught).isEmpty();
    }
}
