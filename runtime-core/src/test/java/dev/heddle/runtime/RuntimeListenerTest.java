package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RuntimeListenerTest {

    private static final boolean WORKERS =
            System.getProperty("heddle.test.scheduler", "jdk").equals("workers");

    /** What happened to each task, and how often what to threads. */
    private static final class Recorder implements RuntimeListener {

        private final Map<Long, Queue<String>> tasks = new ConcurrentHashMap<>();
        private final Queue<String> started = new ConcurrentLinkedQueue<>();
        private final Queue<String> stopped = new ConcurrentLinkedQueue<>();
        private final AtomicInteger parks = new AtomicInteger();
        private final AtomicInteger unparks = new AtomicInteger();

        private void add(Task task, String what) {
            tasks.computeIfAbsent(task.id().value(), id -> new ConcurrentLinkedQueue<>())
                    .add(what);
        }

        List<String> of(JoinHandle<?> task) {
            return new ArrayList<>(tasks.get(task.id().value()));
        }

        @Override
        public void threadStarted() {
            started.add(Thread.currentThread().getName());
        }

        @Override
        public void threadStopping() {
            stopped.add(Thread.currentThread().getName());
        }

        @Override
        public void threadParking() {
            parks.incrementAndGet();
        }

        @Override
        public void threadUnparked() {
            unparks.incrementAndGet();
        }

        @Override
        public void taskSpawned(Task task) {
            add(task, "spawned");
        }

        @Override
        public void taskResumed(Task task) {
            add(task, "resumed");
        }

        @Override
        public void taskSuspended(Task task) {
            add(task, "suspended");
        }

        @Override
        public void taskEnded(Task task) {
            add(task, "ended");
        }
    }

    private static final class Throwing implements RuntimeListener {

        private final AtomicInteger calls = new AtomicInteger();

        private void fail() {
            calls.incrementAndGet();
            throw new IllegalStateException("this listener always throws");
        }

        @Override
        public void threadStarted() {
            fail();
        }

        @Override
        public void threadStopping() {
            fail();
        }

        @Override
        public void threadParking() {
            fail();
        }

        @Override
        public void threadUnparked() {
            fail();
        }

        @Override
        public void taskSpawned(Task task) {
            fail();
        }

        @Override
        public void taskResumed(Task task) {
            fail();
        }

        @Override
        public void taskSuspended(Task task) {
            fail();
        }

        @Override
        public void taskEnded(Task task) {
            fail();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("nor has it a name");
        }
    }

    private final Flavor flavor;
    private final Recorder first = new Recorder();
    private final Throwing throwing = new Throwing();
    private final Recorder last = new Recorder();

    /** What is called when a thread parks. */
    private final AtomicReference<Runnable> atPark = new AtomicReference<>(() -> {});

    private final AsyncRuntime runtime;

    RuntimeListenerTest(Flavor flavor) {
        this.flavor = flavor;
        runtime = flavor.builder()
                .listener(first)
                .listener(throwing)
                .listener(last)
                .listener(new RuntimeListener() {
                    @Override
                    public void threadParking() {
                        atPark.get().run();
                    }
                })
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private void joined(JoinHandle<?> task) {
        runtime.blockOn(() -> {
            task.join();
        });
    }

    @Test
    void aTaskIsSpawnedResumedSuspendedResumedAndEnded() {
        JoinHandle<Void> task = runtime.spawn(() -> {
            Time.sleep(Duration.ofMillis(1));
            return null;
        });
        joined(task);
        List<String> expected = WORKERS
                ? List.of("spawned", "resumed", "suspended", "resumed", "ended")
                : List.of("spawned", "resumed", "ended");
        await().untilAsserted(() -> assertThat(first.of(task)).isEqualTo(expected));
        await().untilAsserted(() -> assertThat(last.of(task)).isEqualTo(expected));
    }

    @Test
    void eachSuspensionHasItsResumption() {
        List<JoinHandle<?>> tasks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            tasks.add(runtime.spawn(() -> {
                for (int turn = 0; turn < 5; turn++) {
                    Task.yieldNow();
                }
            }));
        }
        tasks.forEach(this::joined);
        runtime.close();
        for (JoinHandle<?> task : tasks) {
            List<String> events = first.of(task);
            assertThat(events).startsWith("spawned", "resumed").endsWith("resumed", "ended");
            for (int i = 2; i < events.size() - 1; i++) {
                assertThat(events.get(i)).isEqualTo(i % 2 == 0 ? "suspended" : "resumed");
            }
        }
    }

    @Test
    void aTaskThatFailsOrIsAbortedEndsToo() {
        JoinHandle<Object> failing = runtime.spawn(() -> {
            throw new IOException("broken");
        });
        assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> joined(failing));
        Gate never = new Gate();
        JoinHandle<Void> waiting = runtime.spawnBlocking(never::pass);
        waiting.abort();
        await().until(waiting::isFinished);
        await().untilAsserted(() -> {
            assertThat(first.of(failing)).endsWith("ended");
            assertThat(first.of(waiting)).startsWith("spawned").endsWith("ended");
        });
    }

    @Test
    void aTaskThatIsAbortedBeforeItBeginsIsNeverResumed() {
        runtime.blockOn(() -> {
            Gate gate = new Gate();
            List<JoinHandle<Void>> busy = List.of(runtime.spawnBlocking(gate::pass), runtime.spawnBlocking(gate::pass));
            gate.open();
            busy.forEach(JoinHandle::join);
        });
        if (flavor == Flavor.CURRENT_THREAD) {
            JoinHandle<Integer> task = runtime.spawn(() -> 1);
            task.abort();
            assertThat(first.of(task)).containsExactly("spawned", "ended");
        }
    }

    @Test
    void threadsTellOfTheirStartAndTheirEnd() {
        joined(runtime.spawnBlocking(() -> 1));
        runtime.close();
        assertThat(first.started).contains("heddle-blocking-0");
        assertThat(first.stopped).containsExactlyInAnyOrderElementsOf(first.started);
        if (WORKERS && flavor == Flavor.MULTI_THREAD) {
            assertThat(first.started).contains("heddle-worker-0", "heddle-worker-1");
        }
    }

    @Test
    void aThreadThatParksGoesOn() {
        joined(runtime.spawn(() -> {
            Time.sleep(Duration.ofMillis(2));
            return null;
        }));
        if (WORKERS) {
            await().until(() -> first.parks.get() > 0 && first.unparks.get() > 0);
        }
        runtime.close();
        assertThat(first.unparks).hasValue(first.parks.get());
    }

    @Test
    void whatAListenerSpawnsAsAThreadParksIsRun() {
        AtomicReference<JoinHandle<String>> spawned = new AtomicReference<>();
        atPark.set(() -> {
            atPark.set(() -> {});
            spawned.set(runtime.spawn(() -> "ran"));
        });
        joined(runtime.spawn(() -> {
            Time.sleep(Duration.ofMillis(2));
            return null;
        }));
        if (WORKERS) {
            await().until(() -> spawned.get() != null);
            joined(spawned.get());
            assertThat(spawned.get().join()).isEqualTo("ran");
        }
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        JoinHandle<String> task = runtime.spawn(TaskOptions.named("unharmed"), () -> {
            Time.sleep(Duration.ofMillis(1));
            return "ran";
        });
        joined(task);
        assertThat(task.join()).isEqualTo("ran");
        assertThat(throwing.calls).hasPositiveValue();
        await().untilAsserted(() -> assertThat(last.of(task)).endsWith("ended"));
    }
}
