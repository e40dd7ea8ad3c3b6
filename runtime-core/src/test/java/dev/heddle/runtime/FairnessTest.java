package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** No task keeps another from its turn. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FairnessTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void aLoopOfOperationsThatAreReadyLetsOthersRun() {
        AtomicBoolean over = new AtomicBoolean();
        JoinHandle<Integer> ready = runtime.spawn(() -> 42);
        ready.join();
        JoinHandle<?> loop = runtime.spawn(() -> {
            runtime.spawn(() -> over.set(true));
            while (!over.get()) {
                ready.join();
            }
        });
        loop.join();
    }

    /** With two workers: the first comes out of the driver with one task and does not go back. */
    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aTimerFiresWhileTheWorkerThatHadTheDriverComputes() {
        try (AsyncRuntime two = AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            AtomicBoolean over = new AtomicBoolean();
            JoinHandle<?> computing = two.spawn(() -> {
                Time.sleep(Duration.ofMillis(1));
                while (!over.get()) {
                    Thread.onSpinWait();
                }
                return null;
            });
            JoinHandle<?> waiting = two.spawn(() -> {
                Time.sleep(Duration.ofMillis(30));
                over.set(true);
                return null;
            });
            waiting.join();
            computing.join();
        }
    }

    /**
     * With two workers: the first comes out of the driver with one task, and then carries two that take some milliseconds a
     * turn and wake each other. By itself it comes to the driver after some fifty turns.
     */
    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void whatASocketHasIsReadWhileTwoTasksThatWakeEachOtherKeepAWorkerFromTheDriver() throws IOException {
        try (AsyncRuntime two = AsyncRuntime.newMultiThread().workerThreads(2).build();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            AtomicBoolean over = new AtomicBoolean();
            CountDownLatch begun = new CountDownLatch(1);
            AtomicInteger turns = new AtomicInteger();
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket client = server.accept()) {
                    begun.await();
                    client.getOutputStream().write(1);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            JoinHandle<?> reader = two.spawn(() -> {
                try (TcpStream stream = TcpStream.connect((InetSocketAddress) server.getLocalSocketAddress())) {
                    stream.read(ByteBuffer.allocate(1));
                }
                over.set(true);
                return null;
            });
            JoinHandle<?> pair = two.spawn(() -> {
                Channel<Integer> there = Channel.bounded(1);
                Channel<Integer> back = Channel.bounded(1);
                two.spawn(() -> answer(there, back, turns));
                Time.sleep(Duration.ofMillis(20));
                begun.countDown();
                while (!over.get()) {
                    compute();
                    turns.incrementAndGet();
                    there.send(1);
                    back.receive();
                }
                there.close();
                return null;
            });
            pair.join();
            reader.join();
            assertThat(turns).hasValueLessThan(40);
        }
    }

    private static Void answer(Channel<Integer> there, Channel<Integer> back, AtomicInteger turns)
            throws InterruptedException {
        for (Integer question = there.receive(); question != null; question = there.receive()) {
            compute();
            turns.incrementAndGet();
            back.send(question);
        }
        return null;
    }

    /** For less than a tick of the monitor, so that it finds nobody stuck in a task. */
    private static void compute() {
        long end = System.nanoTime() + Duration.ofMillis(4).toNanos();
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aConnectionThatAlwaysHasSomethingToReadLetsOthersRun() throws IOException {
        AtomicBoolean over = new AtomicBoolean();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try (Socket client = server.accept()) {
                    byte[] bytes = new byte[1 << 16];
                    while (!over.get()) {
                        client.getOutputStream().write(bytes);
                    }
                } catch (IOException e) {
                    // The reader has had enough and closed.
                }
            });
            JoinHandle<?> reader = runtime.spawn(() -> {
                try (TcpStream stream = TcpStream.connect((InetSocketAddress) server.getLocalSocketAddress())) {
                    ByteBuffer one = ByteBuffer.allocate(1);
                    stream.read(one);
                    runtime.spawn(() -> over.set(true));
                    while (!over.get()) {
                        stream.read(one.clear());
                    }
                }
                return null;
            });
            reader.join();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aLoopOfSlowOperationsLetsOthersRunBeforeItsBudgetIsUsedUp() {
        AtomicBoolean over = new AtomicBoolean();
        JoinHandle<Integer> ready = runtime.spawn(() -> 42);
        ready.join();
        AtomicInteger operations = new AtomicInteger();
        JoinHandle<?> loop = runtime.spawn(() -> {
            runtime.spawn(() -> over.set(true));
            while (!over.get()) {
                long end = System.nanoTime() + Duration.ofMillis(2).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
                ready.join();
                operations.incrementAndGet();
            }
        });
        loop.join();
        assertThat(operations).hasValueLessThan(64);
    }

    @Test
    void aTimerFiresAlthoughATaskYieldsWithoutEnd() {
        AtomicBoolean over = new AtomicBoolean();
        JoinHandle<?> sleeper = runtime.spawn(() -> {
            Time.sleep(Duration.ofMillis(5));
            over.set(true);
            return null;
        });
        JoinHandle<?> yielder = runtime.spawn(() -> {
            while (!over.get()) {
                Task.yieldNow();
            }
        });
        yielder.join();
        sleeper.join();
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void aTimerThatIsDueFiresBeforeATaskThatYieldsRunsAgain() throws InterruptedException {
        CountDownLatch armed = new CountDownLatch(1);
        AtomicBoolean fired = new AtomicBoolean();
        JoinHandle<Integer> yields = runtime.spawn(() -> {
            runtime.spawn(() -> {
                armed.countDown();
                Time.sleep(Duration.ofMillis(1));
                fired.set(true);
                return null;
            });
            Task.yieldNow();
            long due = System.nanoTime() + Duration.ofMillis(20).toNanos();
            while (System.nanoTime() < due) {
                Thread.onSpinWait();
            }
            int count = 0;
            while (!fired.get()) {
                Task.yieldNow();
                count++;
            }
            return count;
        });
        // The first yield finds the timer, the sleeper is queued behind the yielder, and the second lets it run.
        assertThat(yields.join()).isLessThanOrEqualTo(2);
        assertThat(armed.getCount()).isZero();
    }

    @Test
    void whatATaskSpawnsAndThenKeepsFromRunningIsTakenByAnIdleWorker() {
        try (AsyncRuntime two = AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            for (int i = 0; i < 20; i++) {
                two.spawn(() -> {
                            AtomicBoolean ran = new AtomicBoolean();
                            two.spawn(() -> ran.set(true));
                            while (!ran.get()) {
                                Thread.onSpinWait();
                            }
                        })
                        .join();
            }
        }
    }

    @Test
    void whatHasYieldedToATaskThatComputesIsTakenByAnIdleWorker() {
        try (AsyncRuntime two = AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            for (int i = 0; i < 20; i++) {
                two.spawn(() -> {
                            AtomicBoolean over = new AtomicBoolean();
                            JoinHandle<?> computing = two.spawn(() -> {
                                while (!over.get()) {
                                    Thread.onSpinWait();
                                }
                            });
                            Task.yieldNow();
                            over.set(true);
                            computing.join();
                        })
                        .join();
            }
        }
    }
}
