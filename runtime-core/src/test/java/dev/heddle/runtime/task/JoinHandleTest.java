package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JoinHandleTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Void sleepForever() throws InterruptedException {
        Time.sleep(Duration.ofDays(365));
        return null;
    }

    @Test
    void anAbortedWaitEndsAndFinallyBlocksRun() throws Exception {
        AtomicBoolean cleanedUp = new AtomicBoolean();
        Gate started = new Gate();
        JoinHandle<Void> handle = runtime.spawn(() -> {
            try {
                started.open();
                return sleepForever();
            } finally {
                cleanedUp.set(true);
            }
        });
        started.pass();
        assertThat(handle.abort()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
        assertThat(cleanedUp).isTrue();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(handle.state()).isEqualTo(Future.State.CANCELLED);
    }

    @Test
    void aTaskAbortedBeforeItStartsNeverRuns() {
        AtomicBoolean ran = new AtomicBoolean();
        Gate gate = new Gate();
        JoinHandle<JoinHandle<Void>> spawner = runtime.spawnBlocking(() -> {
            JoinHandle<Void> handle = runtime.spawn(() -> {
                ran.set(true);
                return null;
            });
            handle.abort();
            gate.open();
            return handle;
        });
        gate.passUninterruptibly();
        JoinHandle<Void> handle = spawner.join();
        await().until(handle::isFinished);
        assertThat(handle.isCancelled()).isEqualTo(!ran.get());
    }

    @Test
    void aBodyThatReturnsInSpiteOfTheAbortDeliversItsResult() throws Exception {
        Gate gate = new Gate();
        JoinHandle<String> handle = runtime.spawn(() -> {
            gate.passUninterruptibly();
            return "stubborn";
        });
        gate.awaitArrival();
        handle.abort();
        gate.open();
        assertThat(handle.join()).isEqualTo("stubborn");
        assertThat(handle.isCancelled()).isFalse();
    }

    @Test
    void aBodyThatFailsOtherwiseAfterTheAbortFails() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawn(() -> {
            try {
                return gate.pass();
            } catch (InterruptedException e) {
                throw new IllegalStateException("clean-up failed");
            }
        });
        gate.awaitArrival();
        handle.abort();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void abortingTwiceOrAfterTheEndDoesNoHarm() {
        JoinHandle<Void> waiting = runtime.spawn(JoinHandleTest::sleepForever);
        waiting.abort();
        waiting.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
        assertThat(waiting.abort()).isFalse();
        JoinHandle<Integer> ended = runtime.spawn(() -> 1);
        ended.join();
        assertThat(ended.abort()).isFalse();
        assertThat(ended.join()).isEqualTo(1);
    }

    @Test
    void aTaskMayAbortItself() {
        AtomicReference<JoinHandle<Void>> self = new AtomicReference<>();
        Gate ready = new Gate();
        JoinHandle<Void> handle = runtime.spawn(() -> {
            ready.passUninterruptibly();
            self.get().abort();
            Task.checkpoint();
            return null;
        });
        self.set(handle);
        ready.open();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
    }

    @Test
    void anAbortedTaskThatJoinsStopsWaitingAndTheOtherGoesOn() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> joined = runtime.spawn(gate::pass);
        gate.awaitArrival();
        JoinHandle<Void> joiner = runtime.spawn(joined::join);
        await().until(() -> runtime.task(joiner.id())
                .filter(task -> task.waitingOn() != null)
                .isPresent());
        joiner.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(joiner::join);
        assertThat(joined.isFinished()).isFalse();
        gate.open();
        joined.join();
    }

    @Test
    void aTaskThatJoinsItselfFailsInsteadOfHanging() {
        AtomicReference<JoinHandle<Object>> self = new AtomicReference<>();
        Gate ready = new Gate();
        JoinHandle<Object> handle = runtime.spawn(() -> {
            ready.passUninterruptibly();
            return self.get().join();
        });
        self.set(handle);
        ready.open();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyMayJoin() {
        Gate gate = new Gate();
        JoinHandle<Void> joined = runtime.spawn(gate::pass);
        var joiners = java.util.stream.IntStream.range(0, 100)
                .mapToObj(i -> runtime.spawn(() -> {
                    joined.join();
                    return i;
                }))
                .toList();
        gate.open();
        assertThat(joiners).extracting(JoinHandle::join).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void theFutureCompletesAsTheTaskDoes() {
        assertThat(runtime.spawn(() -> 1).toCompletableFuture().join()).isEqualTo(1);
        RuntimeException failure = new RuntimeException("broken");
        CompletableFuture<Object> failed = runtime.spawn(() -> {
                    throw failure;
                })
                .toCompletableFuture();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(failed::get)
                .havingCause()
                .isSameAs(failure);
        JoinHandle<Void> aborted = runtime.spawn(JoinHandleTest::sleepForever);
        CompletableFuture<Void> future = aborted.toCompletableFuture();
        aborted.abort();
        await().until(future::isCancelled);
    }

    @Test
    void cancellingTheFutureAbortsTheTask() {
        JoinHandle<Void> handle = runtime.spawn(JoinHandleTest::sleepForever);
        handle.toCompletableFuture().cancel(true);
        assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
    }

    @Test
    void getGivesUpAfterItsTimeoutAndTheTaskGoesOn() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawn(gate::pass);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> handle.get(1, TimeUnit.MILLISECONDS));
        gate.open();
        assertThat(handle.get()).isNull();
    }

    @Test
    void anInterruptOfAJoinerIsKeptForLater() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> joined = runtime.spawn(gate::pass);
        gate.awaitArrival();
        AtomicBoolean interruptKept = new AtomicBoolean();
        Thread joiner = Thread.ofPlatform().start(() -> {
            joined.join();
            interruptKept.set(Thread.interrupted());
        });
        joiner.interrupt();
        gate.open();
        joiner.join();
        assertThat(interruptKept).isTrue();
    }
}
