package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class CurrentThreadTest {

    private final AsyncRuntime runtime = AsyncRuntime.newCurrentThread().build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static FutureTask<Void> inThread(Runnable body) {
        FutureTask<Void> done = new FutureTask<>(body, null);
        Thread.ofPlatform().daemon().start(done);
        return done;
    }

    @Test
    void tasksRunOnlyInsideBlockOn() {
        AtomicBoolean ran = new AtomicBoolean();
        JoinHandle<Boolean> spawned = runtime.spawn(() -> ran.getAndSet(true));
        assertThat(runtime.metrics().workers().getFirst().runs()).isZero();
        assertThat(ran).isFalse();
        assertThat(runtime.<Boolean, RuntimeException>blockOn(spawned::join)).isFalse();
        assertThat(ran).isTrue();
    }

    @Test
    void theCallerCarriesEveryTask() {
        String caller = Thread.currentThread().getName();
        runtime.blockOn(() -> {
            assertThat(Thread.currentThread()).asString().endsWith("@" + caller);
            assertThat(runtime.spawn(() -> Thread.currentThread().toString()).join())
                    .endsWith("@" + caller);
        });
        assertThat(runtime.metrics().scheduler()).isEqualTo(SchedulerKind.CURRENT_THREAD);
    }

    @Test
    void tasksTakeTurnsWhenTheySuspend() {
        List<String> order = new ArrayList<>();
        runtime.blockOn(() -> {
            JoinHandle<?> other = runtime.spawn(() -> {
                order.add("b1");
                Task.yieldNow();
                order.add("b2");
            });
            order.add("a1");
            Task.yieldNow();
            order.add("a2");
            other.join();
        });
        assertThat(order).containsExactly("a1", "b1", "a2", "b2");
    }

    @Test
    void timersFireInsideBlockOn() throws InterruptedException {
        AtomicInteger awake = new AtomicInteger();
        runtime.<Void, InterruptedException>blockOn(() -> {
            List<JoinHandle<?>> sleepers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                sleepers.add(runtime.spawn(() -> {
                    Time.sleep(Duration.ofMillis(1));
                    return awake.incrementAndGet();
                }));
            }
            Time.sleep(Duration.ofMillis(1));
            sleepers.forEach(JoinHandle::join);
            return null;
        });
        assertThat(awake).hasValue(100);
    }

    @Test
    void socketsWorkInsideBlockOn() throws IOException {
        String received = runtime.<String, IOException>blockOn(() -> {
            try (TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                runtime.spawn(() -> {
                    try (TcpStream client = TcpStream.connect(listener.localAddress())) {
                        client.writeAll(ByteBuffer.wrap("weft".getBytes(StandardCharsets.UTF_8)));
                    }
                    return null;
                });
                try (TcpStream server = listener.accept()) {
                    ByteBuffer buffer = ByteBuffer.allocate(16);
                    int read;
                    do {
                        read = server.read(buffer);
                    } while (read >= 0);
                    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
                }
            }
        });
        assertThat(received).isEqualTo("weft");
    }

    @Test
    void blockOnReturnsWhenItsBodyHasEndedAndTheRestGoesOnNextTime() {
        Gate gate = new Gate();
        JoinHandle<Void> waiting = runtime.blockOn(() -> runtime.spawn(gate::pass));
        gate.open();
        assertThat(waiting.isFinished()).isFalse();
        runtime.blockOn(() -> waiting.join());
    }

    @Test
    void blockOnThrowsWhatTheBodyThrew() {
        IOException thrown = new IOException("broken");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> runtime.<Void, IOException>blockOn(() -> {
                    throw thrown;
                }))
                .isSameAs(thrown);
    }

    @Test
    void aThreadThatIsDoneHandsTheTasksOverToAnotherThatWaits() throws Exception {
        CountDownLatch firstInside = new CountDownLatch(1);
        Gate firstGate = new Gate();
        Gate secondGate = new Gate();
        FutureTask<Void> first = inThread(() -> runtime.blockOn(() -> {
            firstInside.countDown();
            firstGate.passUninterruptibly();
        }));
        firstInside.await();
        FutureTask<Void> second = inThread(() -> runtime.blockOn(secondGate::passUninterruptibly));
        secondGate.awaitArrival();
        firstGate.open();
        first.get();
        // Nobody but the second thread can run what opens its gate.
        runtime.spawn(secondGate::open);
        second.get();
    }

    @Test
    void manyThreadsMayBlockAtATime() throws Exception {
        AtomicInteger sum = new AtomicInteger();
        List<FutureTask<Void>> threads = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
            threads.add(inThread(() -> {
                for (int i = 0; i < 200; i++) {
                    runtime.blockOn(() -> {
                        runtime.spawn(sum::incrementAndGet).join();
                    });
                }
            }));
        }
        for (FutureTask<Void> thread : threads) {
            thread.get();
        }
        assertThat(sum).hasValue(1600);
    }

    @Test
    void blockOnInATaskSuspendsThatTaskOnly() {
        int answer = runtime.<Integer, RuntimeException>blockOn(() -> {
            JoinHandle<Integer> other = runtime.spawn(() -> 41);
            return runtime.<Integer, RuntimeException>blockOn(() -> other.join() + 1);
        });
        assertThat(answer).isEqualTo(42);
    }

    @Test
    void aVirtualThreadMayBlockOnIt() throws Exception {
        FutureTask<Integer> answer = new FutureTask<>(() -> runtime.<Integer, RuntimeException>blockOn(
                () -> runtime.spawn(() -> 42).join()));
        Thread.ofVirtual().start(answer);
        assertThat(answer.get()).isEqualTo(42);
    }

    @Test
    void anInterruptOfTheCallerReachesTheBody() throws Exception {
        Gate gate = new Gate();
        AtomicBoolean interrupted = new AtomicBoolean();
        FutureTask<Void> blocking = new FutureTask<>(
                () -> runtime.blockOn(() -> {
                    try {
                        gate.pass();
                    } catch (InterruptedException e) {
                        interrupted.set(true);
                    }
                }),
                null);
        Thread caller = Thread.ofPlatform().daemon().start(blocking);
        gate.awaitArrival();
        await().until(() -> caller.getState() == Thread.State.WAITING);
        caller.interrupt();
        blocking.get();
        assertThat(interrupted).isTrue();
    }

    @Test
    void aCallerThatIsInterruptedAlreadyHasItsBodyBeginInterrupted() throws Exception {
        FutureTask<Boolean> ordinary = new FutureTask<>(this::blockOnInterrupted);
        FutureTask<Boolean> virtual = new FutureTask<>(this::blockOnInterrupted);
        Thread.ofPlatform().daemon().start(ordinary);
        Thread.ofVirtual().start(virtual);
        assertThat(ordinary.get()).isTrue();
        assertThat(virtual.get()).isTrue();
    }

    private boolean blockOnInterrupted() {
        Thread.currentThread().interrupt();
        return runtime.<Boolean, RuntimeException>blockOn(Thread::interrupted);
    }

    @Test
    void anInterruptOfACallerThatWaitsForItsTurnReachesItsBody() throws Exception {
        Gate gate = new Gate();
        FutureTask<Void> first = inThread(() -> runtime.blockOn(gate::passUninterruptibly));
        gate.awaitArrival();
        // The core is taken for as long as this task computes.
        AtomicBoolean computing = new AtomicBoolean();
        AtomicBoolean over = new AtomicBoolean();
        runtime.spawn(() -> {
            computing.set(true);
            while (!over.get()) {
                Thread.onSpinWait();
            }
        });
        await().untilTrue(computing);
        FutureTask<Boolean> second =
                new FutureTask<>(() -> runtime.<Boolean, RuntimeException>blockOn(Thread::interrupted));
        Thread caller = Thread.ofPlatform().daemon().start(second);
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();
        await().until(() -> !caller.isInterrupted());
        over.set(true);
        assertThat(second.get()).isTrue();
        gate.open();
        first.get();
    }

    @Test
    void threadLocalsOfTheCallerStayWithTheCaller() {
        ThreadLocal<String> local = new ThreadLocal<>();
        local.set("caller");
        runtime.blockOn(() -> assertThat(local.get()).isNull());
        assertThat(local.get()).isEqualTo("caller");
    }

    @Test
    void shutdownRunsWhatIsLeft() {
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 10; i++) {
            runtime.spawn(() -> {
                Time.sleep(Duration.ofMillis(1));
                return ran.incrementAndGet();
            });
        }
        ShutdownReport report = runtime.shutdown(Duration.ofSeconds(30));
        assertThat(report.isClean()).isTrue();
        assertThat(ran).hasValue(10);
    }

    @Test
    void shutdownAbortsWhatDoesNotEnd() {
        AtomicBoolean unwound = new AtomicBoolean();
        JoinHandle<?> endless = runtime.spawn(() -> {
            try {
                Time.sleep(Duration.ofDays(1));
            } finally {
                unwound.set(true);
            }
            return null;
        });
        runtime.blockOn(Task::yieldNow);
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.aborted()).hasSize(1);
        assertThat(report.remaining()).isEmpty();
        assertThat(endless.isCancelled()).isTrue();
        assertThat(unwound).isTrue();
    }

    @Test
    void itHasNoWorkersToSetTheNumberOf() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AsyncRuntime.newCurrentThread().workerThreads(2))
                .withMessageContaining("2")
                .withMessageContaining("newMultiThread()");
        assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> runtime.resize(2));
    }
}
