package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UncaughtFailureTest {

    private static final TaskOptions DETACHED = TaskOptions.DEFAULT.asDetached();

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
            runtime.spawn(DETACHED, () -> fail("detached"));
            await().untilAsserted(() -> assertThat(uncaught).hasSize(1));
        }
    }

    @Test
    void theHandlerIsCalledOnAThreadOfItsOwnThatHasNothingOfTheTask() throws Exception {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        ClassLoader loader = new ClassLoader() {};
        CompletableFuture<List<Object>> seen = new CompletableFuture<>();
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .name("told")
                .contextClassLoader(loader)
                .uncaughtTaskHandler((task, failure) -> {
                    Thread thread = Thread.currentThread();
                    seen.complete(Arrays.asList(thread.getName(), thread.getContextClassLoader(), local.get()));
                })
                .build()) {
            runtime.spawn(DETACHED, () -> {
                local.set("of the task");
                Thread.currentThread().setContextClassLoader(null);
                return fail("detached");
            });
            assertThat(seen.get()).containsExactly("told-uncaught", loader, null);
        }
    }

    @Test
    void theHandlerMayShutTheRuntimeDown() throws Exception {
        CompletableFuture<AsyncRuntime> failing = new CompletableFuture<>();
        CompletableFuture<ShutdownReport> report = new CompletableFuture<>();
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .uncaughtTaskHandler(
                        (task, failure) -> report.complete(failing.join().shutdown(Duration.ofSeconds(30))))
                .build()) {
            failing.complete(runtime);
            runtime.spawn(DETACHED, () -> fail("fatal"));
            assertThat(report.get().isClean()).isTrue();
        }
    }

    @Test
    void aShutdownWaitsForTheHandlerThatIsBeingCalled() throws Exception {
        Gate gate = new Gate();
        AtomicBoolean returned = new AtomicBoolean();
        AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .uncaughtTaskHandler((task, failure) -> {
                    gate.passUninterruptibly();
                    returned.set(true);
                })
                .build();
        runtime.spawn(DETACHED, () -> fail("detached"));
        gate.awaitArrival();
        FutureTask<Boolean> shutdown = new FutureTask<>(() -> {
            runtime.shutdown(Duration.ZERO);
            return returned.get();
        });
        Thread closer = Thread.ofPlatform().start(shutdown);
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        gate.open();
        assertThat(shutdown.get()).isTrue();
    }

    @Test
    void aShutdownDoesNotWaitForeverForAHandlerThatWaitsForIt() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        CompletableFuture<ShutdownReport> shutdown = new CompletableFuture<>();
        AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .uncaughtTaskHandler((task, failure) -> {
                    waiting.countDown();
                    shutdown.join();
                })
                .build();
        runtime.spawn(DETACHED, () -> fail("fatal"));
        waiting.await();
        shutdown.complete(runtime.shutdown(Duration.ofSeconds(30)));
        assertThat(shutdown.join().isClean()).isTrue();
    }

    @Test
    void aFailureOfATaskThatWasGivenUpIsReported() throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        AsyncRuntime runtime = newRuntime();
        runtime.spawn(DETACHED, () -> {
            begun.countDown();
            while (!released.get()) {
                Thread.onSpinWait();
            }
            return fail("late");
        });
        begun.await();
        assertThat(runtime.shutdown(Duration.ZERO).remaining()).hasSize(1);
        released.set(true);
        await().untilAsserted(() -> assertThat(uncaught).hasSize(1));
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
            JoinHandle<Object> handle = runtime.spawn(DETACHED, () -> fail("detached"));
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
            JoinHandle<Void> handle = runtime.spawn(DETACHED, gate::pass);
            handle.abort();
            await().until(handle::isFinished);
            assertThat(runtime.metrics().aborted()).isEqualTo(1);
            assertThat(runtime.metrics().failed()).isZero();
        }
        assertThat(uncaught).isEmpty();
    }
}
