package dev.heddle.runtime.internal.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.AsyncRuntimeBuilder;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BlockingPoolTest {

    private static AsyncRuntimeBuilder builder() {
        return AsyncRuntime.newMultiThread().name("pool").workerThreads(1);
    }

    private static List<JoinHandle<Void>> occupy(AsyncRuntime runtime, int threads, Gate gate) {
        List<JoinHandle<Void>> handles = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            handles.add(runtime.spawnBlocking(gate::pass));
        }
        await().pollInterval(Duration.ofMillis(1))
                .until(() -> runtime.metrics().blocking().threads() == threads
                        && runtime.metrics().blocking().queueDepth() == 0);
        return handles;
    }

    @Test
    void tasksRunOnPlatformThreadsThatBearTheNameOfTheRuntime() {
        try (AsyncRuntime runtime = builder().build()) {
            Thread thread = runtime.spawnBlocking(Thread::currentThread).join();
            assertThat(thread.isVirtual()).isFalse();
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.getName()).startsWith("pool-blocking-");
        }
    }

    @Test
    void aTaskKnowsItselfAndMaySleep() {
        try (AsyncRuntime runtime = builder().build()) {
            JoinHandle<Task> handle = runtime.spawnBlocking(() -> {
                Time.sleep(Duration.ofMillis(1));
                assertThat(runtime.tasks())
                        .singleElement()
                        .satisfies(task -> assertThat(task.kind()).isEqualTo(TaskKind.BLOCKING));
                return Task.current();
            });
            assertThat(handle.join().id()).isEqualTo(handle.id());
        }
    }

    @Test
    void anIdleThreadIsReused() {
        try (AsyncRuntime runtime = builder().build()) {
            Thread first = runtime.spawnBlocking(Thread::currentThread).join();
            for (int i = 0; i < 100; i++) {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().blocking().idleThreads() == 1);
                assertThat(runtime.spawnBlocking(Thread::currentThread).join()).isSameAs(first);
            }
        }
    }

    @Test
    void tasksThatWaitForEachOtherAllHaveAThread() {
        try (AsyncRuntime runtime = builder().build()) {
            // Each time one more than threads are idle, so that no idle thread may be counted on twice.
            for (int tasks = 1; tasks <= 40; tasks++) {
                CountDownLatch together = new CountDownLatch(tasks);
                List<JoinHandle<Object>> handles = new ArrayList<>();
                for (int i = 0; i < tasks; i++) {
                    handles.add(runtime.spawnBlocking(() -> {
                        together.countDown();
                        together.await();
                        return null;
                    }));
                }
                handles.forEach(JoinHandle::join);
                int threads = runtime.metrics().blocking().threads();
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> runtime.metrics().blocking().idleThreads() == threads);
            }
        }
    }

    @Test
    void neverMoreRunThanThereMayBeThreads() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (AsyncRuntime runtime = builder().maxBlockingThreads(3).build()) {
            List<JoinHandle<Void>> handles = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                handles.add(runtime.spawnBlocking(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                }));
            }
            handles.forEach(JoinHandle::join);
            assertThat(most.get()).isLessThanOrEqualTo(3);
            assertThat(runtime.metrics().blocking().threads()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void aFullQueueRejectsAndLeavesNothingBehind() {
        Gate gate = new Gate();
        try (AsyncRuntime runtime =
                builder().maxBlockingThreads(2).blockingQueueCapacity(3).build()) {
            List<JoinHandle<Void>> handles = occupy(runtime, 2, gate);
            for (int i = 0; i < 3; i++) {
                handles.add(runtime.spawnBlocking(gate::pass));
            }
            AtomicBoolean ran = new AtomicBoolean();
            assertThatExceptionOfType(RejectedExecutionException.class)
                    .isThrownBy(() -> runtime.spawnBlocking(() -> ran.set(true)))
                    .withMessageContaining("All 2 threads")
                    .withMessageContaining("the 3 tasks");
            assertThat(runtime.tasks()).hasSize(5);
            assertThat(runtime.metrics().blocking().rejected()).isEqualTo(1);
            gate.open();
            handles.forEach(JoinHandle::join);
            assertThat(ran).isFalse();
            assertThat(runtime.tasks()).isEmpty();
            assertThat(runtime.spawnBlocking(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    void anAbortedTaskThatIsStillQueuedNeverRuns() {
        Gate gate = new Gate();
        try (AsyncRuntime runtime = builder().maxBlockingThreads(1).build()) {
            occupy(runtime, 1, gate);
            AtomicBoolean ran = new AtomicBoolean();
            JoinHandle<Void> queued = runtime.spawnBlocking(() -> ran.set(true));
            JoinHandle<Integer> last = runtime.spawnBlocking(() -> 1);
            assertThat(queued.abort()).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(queued::join);
            gate.open();
            last.join();
            assertThat(ran).isFalse();
        }
    }

    @Test
    void anAbortInterruptsATaskThatRuns() throws Exception {
        Gate gate = new Gate();
        try (AsyncRuntime runtime = builder().build()) {
            JoinHandle<Void> handle = runtime.spawnBlocking(gate::pass);
            gate.awaitArrival();
            assertThat(handle.abort()).isTrue();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(handle::join);
        }
    }

    @Test
    void idleThreadsEnd() {
        try (AsyncRuntime runtime =
                builder().blockingKeepAlive(Duration.ofMillis(5)).build()) {
            Gate gate = new Gate();
            List<JoinHandle<Void>> handles = occupy(runtime, 8, gate);
            gate.open();
            handles.forEach(JoinHandle::join);
            await().until(() -> runtime.metrics().blocking().threads() == 0);
            assertThat(runtime.spawnBlocking(() -> 1).join()).isEqualTo(1);
        }
    }

    @Test
    void tasksOfManySpawnersAllRunOnce() throws Exception {
        int spawners = 8;
        int each = 1_250;
        AtomicIntegerArray runs = new AtomicIntegerArray(spawners * each);
        try (AsyncRuntime runtime = builder().maxBlockingThreads(4).build()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < spawners; i++) {
                int first = i * each;
                threads.add(Thread.ofPlatform().start(() -> {
                    List<JoinHandle<Integer>> handles = new ArrayList<>();
                    for (int n = first; n < first + each; n++) {
                        int number = n;
                        handles.add(runtime.spawnBlocking(() -> runs.incrementAndGet(number)));
                    }
                    handles.forEach(JoinHandle::join);
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            await().until(() -> runtime.metrics().blocking().completed() == (long) spawners * each);
        }
        for (int i = 0; i < runs.length(); i++) {
            assertThat(runs.get(i)).isEqualTo(1);
        }
    }
}
