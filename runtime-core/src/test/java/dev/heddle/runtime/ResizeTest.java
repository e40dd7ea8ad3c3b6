package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.metrics.WorkerMetrics;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResizeTest {

    private static List<Integer> indexes(AsyncRuntime runtime) {
        return runtime.metrics().workers().stream().map(WorkerMetrics::index).toList();
    }

    /** Whose number the JVM takes from the quota of the container, if there is one. */
    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void atFirstThereIsAWorkerForEachAvailableProcessor() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            assertThat(indexes(runtime)).hasSize(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aNewWorkerRunsWhatTheOthersAreTooBusyFor() throws InterruptedException {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch computing = new CountDownLatch(1);
            JoinHandle<?> busy = runtime.spawn(() -> {
                computing.countDown();
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            });
            computing.await();
            JoinHandle<Integer> waiting = runtime.spawn(() -> 42);
            runtime.resize(2);
            assertThat(waiting.join()).isEqualTo(42);
            assertThat(indexes(runtime)).containsExactly(0, 1);
            over.set(true);
            busy.join();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aRuntimeThatWasShutDownBeforeItsFirstTaskGetsNoMoreWorkers() {
        AsyncRuntime runtime = AsyncRuntime.newMultiThread().workerThreads(1).build();
        runtime.close();
        runtime.resize(2);
        assertThat(indexes(runtime)).containsExactly(0);
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workersTooManyEndAndTheirTasksGoOn() throws InterruptedException {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(4).build()) {
            Gate gate = new Gate();
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                tasks.add(runtime.spawn(gate::pass));
            }
            gate.awaitArrival();
            runtime.resize(1);
            await().until(() -> indexes(runtime).equals(List.of(0)));
            gate.open();
            tasks.forEach(JoinHandle::join);
            runtime.resize(3);
            assertThat(indexes(runtime)).containsExactlyInAnyOrder(0, 1, 2);
            assertThat(runtime.spawn(() -> 42).join()).isEqualTo(42);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aWorkerGoesOnCountingWhereTheLastOfItsIndexEnded() throws InterruptedException {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            Gate gate = new Gate();
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                tasks.add(runtime.spawn(gate::pass));
            }
            gate.awaitArrival();
            await().until(() -> runs(runtime) >= 1000);
            runtime.resize(1);
            await().until(() -> indexes(runtime).equals(List.of(0)));
            runtime.resize(2);
            assertThat(runs(runtime)).isGreaterThanOrEqualTo(1000);
            gate.open();
            tasks.forEach(JoinHandle::join);
        }
    }

    private static long runs(AsyncRuntime runtime) {
        return runtime.metrics().workers().stream()
                .mapToLong(WorkerMetrics::runs)
                .sum();
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void nothingIsLostWhileTheNumberChangesAllTheTime() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            AtomicInteger ran = new AtomicInteger();
            for (int round = 0; round < 300; round++) {
                List<JoinHandle<?>> tasks = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    tasks.add(runtime.spawn(() -> {
                        Task.yieldNow();
                        runtime.spawn(ran::incrementAndGet).join();
                    }));
                }
                runtime.resize(1 + round % 4);
                assertThat(indexes(runtime)).isSorted();
                tasks.forEach(JoinHandle::join);
            }
            assertThat(ran).hasValue(15_000);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aShutdownMayMeetAWorkerThatIsAboutToStart() throws Exception {
        for (int round = 0; round < 300; round++) {
            AsyncRuntime runtime =
                    AsyncRuntime.newMultiThread().workerThreads(1).build();
            runtime.start();
            CountDownLatch resizing = new CountDownLatch(1);
            Thread resizer = Thread.ofPlatform().start(() -> {
                resizing.countDown();
                runtime.resize(4);
            });
            resizing.await();
            for (int spins = round * 20; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            assertThat(runtime.shutdown(Duration.ZERO).isClean()).isTrue();
            assertThat(runtime.metrics().state()).isEqualTo(State.TERMINATED);
            resizer.join();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
    void theJdksSchedulerCannotBeResized() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> runtime.resize(2))
                    .withMessageContaining("jdk.virtualThreadScheduler.parallelism");
        }
    }

    @Test
    void theNumberIsChecked() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> runtime.resize(0))
                    .withMessageContaining("0")
                    .withMessageContaining("1024");
        }
    }
}
