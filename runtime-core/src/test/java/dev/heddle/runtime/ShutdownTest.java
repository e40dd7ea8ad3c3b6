package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ShutdownTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();

    @Test
    void tasksThatEndInTimeAreDrained() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawn(gate::pass);
        gate.awaitArrival();
        CompletableFuture<ShutdownReport> report = CompletableFuture.supplyAsync(() -> runtime.shutdown(LONG));
        await().until(() -> runtime.metrics().state() == State.DRAINING);
        gate.open();
        assertThat(report.get().isClean()).isTrue();
        assertThat(report.get().drained()).isEqualTo(1);
        assertThat(handle.join()).isNull();
        assertThat(runtime.metrics().state()).isEqualTo(State.TERMINATED);
    }

    @Test
    void whileDrainingOnlyTasksMaySpawn() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Integer> parent = runtime.spawn(() -> {
            gate.pass();
            return runtime.spawn(() -> runtime.spawnBlocking(() -> 7).join()).join();
        });
        gate.awaitArrival();
        CompletableFuture<ShutdownReport> report = CompletableFuture.supplyAsync(() -> runtime.shutdown(LONG));
        await().until(() -> runtime.metrics().state() == State.DRAINING);
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawn(() -> 1));
        gate.open();
        assertThat(parent.join()).isEqualTo(7);
        assertThat(report.get().isClean()).isTrue();
    }

    @Test
    void tasksThatTakeTooLongAreAbortedAndNamed() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawn(TaskOptions.named("slow"), gate::pass);
        gate.awaitArrival();
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.aborted()).singleElement().satisfies(task -> {
            assertThat(task.name()).isEqualTo("slow");
            assertThat(task.stack()).isNotEmpty();
        });
        assertThat(report.remaining()).isEmpty();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
    }

    @Test
    void aTaskThatIgnoresItsAbortIsReportedAndItsHandleCompletes() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> waiting = runtime.spawn(TaskOptions.named("waiting"), () -> {
            gate.passUninterruptibly();
            return null;
        });
        gate.awaitArrival();
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.remaining()).extracting(TaskSnapshot::name).containsExactly("waiting");
        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
        gate.open();
    }

    @Test
    void aTaskThatWakesAfterTheShutdownRunsToItsEnd() throws Exception {
        Gate gate = new Gate();
        CompletableFuture<String> end = new CompletableFuture<>();
        runtime.spawn(() -> {
            gate.passUninterruptibly();
            end.complete("ran on");
        });
        gate.awaitArrival();
        runtime.shutdown(Duration.ZERO);
        gate.open();
        assertThat(end.get()).isEqualTo("ran on");
    }

    @Test
    void aWorkerThatATaskWillNotLeaveDoesNotHoldUpTheShutdown() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        Gate running = new Gate();
        runtime.spawn(() -> {
            running.open();
            while (!stop.get()) {
                Thread.onSpinWait();
            }
        });
        running.pass();
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.remaining()).hasSize(1);
        stop.set(true);
    }

    @Test
    void blockingTasksAreInterruptedToo() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawnBlocking(gate::pass);
        gate.awaitArrival();
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.aborted()).hasSize(1);
        assertThat(report.remaining()).isEmpty();
        assertThat(handle.isCancelled()).isTrue();
    }

    @Test
    void afterShutdownNothingMayBeSpawned() {
        runtime.spawn(() -> 1).join();
        runtime.close();
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawn(() -> 1));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawnBlocking(() -> 1));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.blockOn(() -> {}));
    }

    @Test
    void aRuntimeThatWasNeverUsedCloses() {
        runtime.close();
        assertThat(runtime.metrics().state()).isEqualTo(State.TERMINATED);
    }

    @Test
    void shuttingDownTwiceGivesTheSameReport() {
        runtime.spawn(() -> 1).join();
        assertThat(runtime.shutdown(LONG)).isSameAs(runtime.shutdown(Duration.ZERO));
    }

    @Test
    void aTaskMayNotShutItsOwnRuntimeDown() {
        JoinHandle<ShutdownReport> handle = runtime.spawn(() -> runtime.shutdown(LONG));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .withCauseInstanceOf(IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(() -> runtime.blockOn(runtime::close));
        runtime.close();
    }

    @Test
    void aSleeperIsWokenByTheAbort() {
        JoinHandle<Object> sleeper = runtime.spawn(() -> {
            Time.sleep(Duration.ofDays(1));
            return null;
        });
        await().until(() -> runtime.metrics().armedTimers() == 1);
        assertThat(runtime.shutdown(Duration.ofMillis(1)).aborted()).hasSize(1);
        assertThat(sleeper.isCancelled()).isTrue();
    }

    @Test
    void finallyBlocksOfAbortedTasksMayTakeALockThatAnotherOfThemHolds() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        Gate holding = new Gate();
        JoinHandle<Void> holder = runtime.spawn(() -> {
            lock.lock();
            try {
                return holding.pass();
            } finally {
                lock.unlock();
            }
        });
        holding.awaitArrival();
        Gate waiting = new Gate();
        AtomicBoolean taken = new AtomicBoolean();
        JoinHandle<Void> other = runtime.spawn(() -> {
            try {
                return waiting.pass();
            } finally {
                lock.lock();
                try {
                    taken.set(true);
                } finally {
                    lock.unlock();
                }
            }
        });
        waiting.awaitArrival();
        assertThat(runtime.shutdown(Duration.ZERO).remaining()).isEmpty();
        assertThat(holder.isCancelled()).isTrue();
        assertThat(other.isCancelled()).isTrue();
        assertThat(taken).isTrue();
    }

    @Test
    void finallyBlocksOfAbortedTasksKnowTheirTaskAndMayWakeOthers() throws Exception {
        Gate waiting = new Gate();
        Gate woken = new Gate();
        JoinHandle<String> sleeper = runtime.spawn(() -> {
            woken.passUninterruptibly();
            return "woken";
        });
        woken.awaitArrival();
        AtomicReference<Object> known = new AtomicReference<>();
        JoinHandle<Void> waker = runtime.spawn(TaskOptions.named("waker"), () -> {
            try {
                return waiting.pass();
            } finally {
                known.set(Task.current().name());
                woken.open();
            }
        });
        waiting.awaitArrival();
        assertThat(runtime.shutdown(Duration.ZERO).remaining()).isEmpty();
        assertThat(waker.isCancelled()).isTrue();
        assertThat(sleeper.isFinished()).isTrue();
        assertThat(known).hasValue("waker");
    }

    @Test
    void aFinallyBlockAfterAFailureMayWakeAnotherTask() {
        Gate woken = new Gate();
        JoinHandle<Void> sleeper = runtime.spawn(woken::pass);
        JoinHandle<Object> failing = runtime.spawn(() -> {
            try {
                throw new IllegalStateException("broken");
            } finally {
                woken.open();
            }
        });
        assertThat(sleeper.join()).isNull();
        assertThatExceptionOfType(CompletionException.class).isThrownBy(failing::join);
        runtime.close();
    }

    @Test
    void howeverFarTasksAreTheyAllEndWithTheShutdown() {
        for (int round = 0; round < 50; round++) {
            AtomicInteger inside = new AtomicInteger();
            List<JoinHandle<?>> tasks = new ArrayList<>();
            try (AsyncRuntime runtime =
                    AsyncRuntime.newMultiThread().workerThreads(2).build()) {
                for (int i = 0; i < 20; i++) {
                    tasks.add(runtime.spawn(() -> {
                        inside.incrementAndGet();
                        try {
                            Time.sleep(LONG);
                        } finally {
                            inside.decrementAndGet();
                        }
                        return null;
                    }));
                }
                assertThat(runtime.shutdown(Duration.ZERO).remaining()).isEmpty();
            }
            assertThat(tasks).allMatch(JoinHandle::isFinished);
            assertThat(inside).hasValue(0);
        }
    }
}
