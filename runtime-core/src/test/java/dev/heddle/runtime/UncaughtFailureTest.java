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

    /** An exception whose own methods throw. */
    @SuppressWarnings("ThrowableEqualsHashCode") // that is the point
    private static final class Hostile extends RuntimeException {

        private static final long serialVersionUID = 1;

        @Override
        public int hashCode() {
            throw new IllegalStateException("no hash code");
        }

        @Override
        public boolean equals(Object other) {
            throw new IllegalStateException("not to be compared");
        }

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("no cause");
        }
    }

    private static Object failHostilely() {
        throw new Hostile();
    }

    @Test
    void aFailureWhoseOwnMethodsThrowIsReportedAsAnyOther() {
        try (AsyncRuntime runtime = newRuntime()) {
            JoinHandle<Object> handle = runtime.spawn(UncaughtFailureTest::failHostilely);
            await().until(handle::isFinished);
            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        }
        assertThat(uncaught).hasOnlyElementsOfType(Hostile.class).hasSize(1);
    }

    @Test
    void aFailureWhoseOwnMethodsThrowCostsThePoolNoThread() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .maxBlockingThreads(1)
                .uncaughtTaskHandler((task, failure) -> uncaught.add(failure))
                .build()) {
            JoinHandle<Object> handle = runtime.spawnBlocking(UncaughtFailureTest::failHostilely);
            await().until(handle::isFinished);
            assertThat(runtime.spawnBlocking(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    void anAbortedBodyWhoseFailureDoesNotSayItsCauseHasFailed() throws Exception {
        try (AsyncRuntime runtime = newRuntime()) {
            Gate gate = new Gate();
            JoinHandle<Object> handle = runtime.spawn(() -> {
                try {
                    return gate.pass();
                } catch (InterruptedException e) {
                    return failHostilely();
                }
            });
            gate.awaitArrival();
            handle.abort();
            await().until(handle::isFinished);
            assertThat(handle.isCancelled()).isFalse();
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
