package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.metrics.WorkerMetrics;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class StressTest {

    private static AsyncRuntime newRuntime(int workers) {
        return AsyncRuntime.newMultiThread().workerThreads(workers).build();
    }

    @Test
    void aMillionSpawnsFromEightOutsideThreadsRunExactlyOnceEach() throws Exception {
        int threads = 8;
        int each = 125_000;
        AtomicIntegerArray runs = new AtomicIntegerArray(threads * each);
        CountDownLatch left = new CountDownLatch(threads * each);
        try (AsyncRuntime runtime = newRuntime(2)) {
            List<Thread> spawners = IntStream.range(0, threads)
                    .mapToObj(t -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < each; i++) {
                            int index = t * each + i;
                            runtime.spawn(() -> {
                                runs.incrementAndGet(index);
                                left.countDown();
                            });
                        }
                    }))
                    .toList();
            for (Thread spawner : spawners) {
                spawner.join();
            }
            left.await();
            await().until(() -> runtime.metrics().liveTasks() == 0);
            assertThat(runtime.metrics().succeeded()).isEqualTo(1_000_000);
        }
        assertThat(IntStream.range(0, runs.length()).allMatch(i -> runs.get(i) == 1))
                .isTrue();
    }

    @Test
    void tasksThatSpawnTasksOnFourWorkersAllRun() {
        AtomicLong runs = new AtomicLong();
        try (AsyncRuntime runtime = newRuntime(4)) {
            runtime.spawn(() -> spawnTree(runtime, 16, runs)).join();
            await().until(() -> runtime.metrics().liveTasks() == 0);
        }
        assertThat(runs).hasValue((1 << 17) - 1);
    }

    private static void spawnTree(AsyncRuntime runtime, int depth, AtomicLong runs) {
        runs.incrementAndGet();
        if (depth > 0) {
            runtime.spawn(() -> spawnTree(runtime, depth - 1, runs));
            runtime.spawn(() -> spawnTree(runtime, depth - 1, runs));
        }
    }

    @Test
    void tenThousandSleepersAllWake() {
        try (AsyncRuntime runtime = newRuntime(2)) {
            for (int round = 0; round < 5; round++) {
                List<JoinHandle<Integer>> sleepers = IntStream.range(0, 10_000)
                        .mapToObj(i -> runtime.spawn(() -> {
                            Time.sleep(Duration.ofMillis(1));
                            return i;
                        }))
                        .toList();
                assertThat(sleepers).extracting(JoinHandle::join).doesNotHaveDuplicates();
            }
            assertThat(runtime.metrics().armedTimers()).isZero();
        }
    }

    @Test
    void aThousandConnectionsEchoAHundredMessagesEach() throws Exception {
        int connections = 1_000;
        int messages = 100;
        try (AsyncRuntime runtime = newRuntime(2)) {
            TcpListener listener =
                    runtime.blockOn(() -> TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
            InetSocketAddress address = listener.localAddress();
            JoinHandle<Void> server = runtime.spawn(() -> {
                for (int i = 0; i < connections; i++) {
                    TcpStream stream = listener.accept();
                    runtime.spawn(() -> echo(stream));
                }
                return null;
            });
            List<JoinHandle<Integer>> clients = IntStream.range(0, connections)
                    .mapToObj(i -> runtime.spawn(() -> converse(address, messages, i)))
                    .toList();
            assertThat(clients).extracting(JoinHandle::join).containsOnly(messages);
            server.join();
            listener.close();
            await().until(() -> runtime.metrics().liveTasks() == 0);
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private static Void echo(TcpStream stream) throws IOException {
        try (stream) {
            ByteBuffer buffer = ByteBuffer.allocate(256);
            while (stream.read(buffer) >= 0) {
                stream.writeAll(buffer.flip());
                buffer.clear();
            }
            return null;
        }
    }

    private static int converse(InetSocketAddress address, int messages, int seed) throws IOException {
        try (TcpStream stream = TcpStream.connect(address)) {
            ByteBuffer received = ByteBuffer.allocate(Long.BYTES);
            int right = 0;
            for (int i = 0; i < messages; i++) {
                long message = (long) seed << 32 | i;
                stream.writeAll(ByteBuffer.allocate(Long.BYTES).putLong(message).flip());
                received.clear();
                while (received.hasRemaining()) {
                    assertThat(stream.read(received)).isPositive();
                }
                right += received.flip().getLong() == message ? 1 : 0;
            }
            return right;
        }
    }

    @Test
    void abortStormsLeakNothing() {
        SplittableRandom random = new SplittableRandom(7);
        try (AsyncRuntime runtime = newRuntime(2)) {
            for (int round = 0; round < 20; round++) {
                List<JoinHandle<Object>> handles = new ArrayList<>();
                for (int i = 0; i < 2_000; i++) {
                    int kind = random.nextInt(4);
                    handles.add(runtime.spawn(TaskOptions.named("victim"), () -> waitSomehow(runtime, kind)));
                    if (random.nextBoolean()) {
                        handles.get(random.nextInt(handles.size())).abort();
                    }
                }
                handles.forEach(JoinHandle::abort);
                await().until(() -> runtime.tasks().isEmpty());
                assertThat(handles).allMatch(JoinHandle::isFinished);
            }
            await().until(() -> runtime.metrics().armedTimers() == 0);
            assertThat(runtime.metrics().workers()).allMatch(worker -> worker.localQueueDepth() == 0);
            assertThat(runtime.spawn(() -> "alive").join()).isEqualTo("alive");
        }
    }

    private static Object waitSomehow(AsyncRuntime runtime, int kind) throws InterruptedException {
        switch (kind) {
            case 0 -> Time.sleep(Duration.ofDays(1));
            case 1 -> {
                JoinHandle<Object> child = runtime.spawn(() -> waitSomehow(runtime, 0));
                try {
                    child.join();
                } finally {
                    child.abort();
                }
            }
            case 2 -> new CountDownLatch(1).await();
            default -> {
                while (true) {
                    Task.checkpoint();
                    Task.yieldNow();
                }
            }
        }
        return "not reached";
    }

    @Test
    void twoHundredStartsAndStopsLeaveNoThreadBehind() {
        for (int i = 0; i < 200; i++) {
            try (AsyncRuntime runtime =
                    AsyncRuntime.newMultiThread().name("cycle").workerThreads(2).build()) {
                runtime.spawn(() -> runtime.spawnBlocking(() -> 1).join()).join();
                runtime.spawn(() -> {
                    Time.sleep(Duration.ofMillis(1));
                    return 1;
                });
            }
        }
        await().untilAsserted(() -> assertThat(liveThreadNames()).noneMatch(name -> name.startsWith("cycle-")));
    }

    private static Set<String> liveThreadNames() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(Collectors.toSet());
    }

    @Test
    void walkingStacksOfTasksThatSwitchAllTheTimeLosesNone() {
        try (AsyncRuntime runtime = newRuntime(2)) {
            List<JoinHandle<Integer>> handles = IntStream.range(0, 200)
                    .mapToObj(i -> runtime.spawn(() -> {
                        for (int k = 0; k < 500; k++) {
                            Task.yieldNow();
                            runtime.spawn(Task::yieldNow).join();
                        }
                        return i;
                    }))
                    .toList();
            while (!handles.stream().allMatch(JoinHandle::isFinished)) {
                runtime.tasks().forEach(task -> runtime.task(new dev.heddle.runtime.task.TaskId(task.id())));
            }
            assertThat(handles).extracting(JoinHandle::join).doesNotHaveDuplicates();
        }
    }

    @Test
    void whatABusyWorkerCannotRunAnotherWorkerSteals() {
        try (AsyncRuntime runtime = newRuntime(2)) {
            runtime.spawn(() -> {
                        CountDownLatch stolen = new CountDownLatch(1);
                        runtime.spawn(stolen::countDown);
                        runtime.spawn(() -> {});
                        while (stolen.getCount() > 0) {
                            Thread.onSpinWait();
                        }
                    })
                    .join();
            assertThat(runtime.metrics().workers())
                    .satisfiesAnyOf(
                            workers -> assertThat(workers).isEmpty(),
                            workers -> assertThat(workers.stream().mapToLong(WorkerMetrics::steals))
                                    .anyMatch(steals -> steals > 0));
        }
    }
}
