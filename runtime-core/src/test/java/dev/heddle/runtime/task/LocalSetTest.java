package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.ShutdownReport;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class LocalSetTest {

    private final Flavor flavor;
    private final AsyncRuntime runtime;
    private final LocalSet set;

    LocalSetTest(Flavor flavor) {
        this.flavor = flavor;
        runtime = flavor.newRuntime();
        set = runtime.newLocalSet("loom");
    }

    @AfterEach
    void close() {
        if (runtime.metrics().state() != RuntimeMetrics.State.TERMINATED) {
            runtime.blockOn(set::close);
        }
        runtime.close();
    }

    /** Neither volatile nor guarded: what the confinement is for. */
    private static final class Shared {
        private int inside;
        private int most;
        private int total;

        void enter() {
            most = Math.max(most, ++inside);
            total++;
            for (int i = 0; i < 100; i++) {
                Thread.onSpinWait();
            }
            inside--;
        }
    }

    @Test
    void aThreadThatIsNoTaskMayCloseASetWhoseTasksWait() throws InterruptedException {
        Gate gate = new Gate();
        JoinHandle<Void> waiting = set.spawnLocal(gate::pass);
        runtime.<Void, InterruptedException>blockOn(() -> {
            gate.awaitArrival();
            return null;
        });
        Thread.currentThread().interrupt();
        set.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(waiting.isCancelled()).isTrue();
    }

    @Test
    void tasksNeverRunAtTheSameTimeHoweverTheyWait() {
        Shared shared = new Shared();
        ReentrantLock lock = new ReentrantLock();
        runtime.blockOn(() -> {
            JoinSet<Object> tasks = new JoinSet<>(set.asSpawner());
            for (int i = 0; i < 200; i++) {
                tasks.spawn(() -> {
                    for (int turn = 0; turn < 5; turn++) {
                        shared.enter();
                        switch (turn) {
                            case 0 -> Time.sleep(Duration.ofMillis(1));
                            case 1 -> Task.yieldNow();
                            case 2 -> runtime.spawn(() -> 1).join();
                            case 3 -> Thread.sleep(1);
                            default -> {
                                lock.lock();
                                try {
                                    Task.yieldNow();
                                } finally {
                                    lock.unlock();
                                }
                            }
                        }
                    }
                    return null;
                });
            }
            tasks.joinAll();
        });
        assertThat(shared.most).isOne();
        assertThat(shared.total).isEqualTo(1_000);
    }

    @Test
    void tasksStayOnOneThreadFromStartToEnd() {
        runtime.blockOn(() -> {
            JoinSet<List<String>> tasks = new JoinSet<>(set.asSpawner());
            for (int i = 0; i < 50; i++) {
                tasks.spawn(() -> {
                    List<String> carriers = new ArrayList<>();
                    for (int turn = 0; turn < 4; turn++) {
                        carriers.add(carrier());
                        Time.sleep(Duration.ofMillis(1));
                        carriers.add(carrier());
                        Task.yieldNow();
                    }
                    return carriers;
                });
            }
            assertThat(tasks.joinAll().stream().flatMap(List::stream).collect(Collectors.toSet()))
                    .hasSize(1);
        });
    }

    private static String carrier() {
        String description = Thread.currentThread().toString();
        return description.substring(description.lastIndexOf('@'));
    }

    @Test
    void theSetsThreadBearsItsName() {
        JoinHandle<String> task = set.spawnLocal(LocalSetTest::carrier);
        runtime.blockOn(() -> {
            task.join();
        });
        if (flavor == Flavor.MULTI_THREAD) {
            assertThat(task.join()).isEqualTo("@heddle-loom");
        }
        assertThat(set.name()).isEqualTo("loom");
    }

    @Test
    void whatIsConfinedIsFreeToTasksOfTheSet() {
        Confined<List<String>> names = set.confine(new ArrayList<>());
        runtime.blockOn(() -> {
            set.spawnLocal(() -> names.get().add("one")).join();
            set.spawnLocal(TaskOptions.named("two"), () -> {
                        assertThat(set.isCurrent()).isTrue();
                        names.get().add("two");
                    })
                    .join();
            assertThat(set.spawnLocal(() -> List.copyOf(names.get())).join()).containsExactly("one", "two");
        });
    }

    @Test
    void codeThatBreaksTheConfinementIsNamed() {
        Confined<List<String>> names = set.confine(new ArrayList<>());
        assertThat(set.isCurrent()).isFalse();
        assertThatExceptionOfType(ConfinementException.class)
                .isThrownBy(names::get)
                .withMessageContaining("outside of any task")
                .withMessageContaining("'loom'")
                .withMessageContaining(Thread.currentThread().getName());
        runtime.blockOn(() -> {
            JoinHandle<Object> stray = runtime.spawnBlocking(TaskOptions.named("stray"), () -> touchFromOutside(names));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(stray::join)
                    .withCauseInstanceOf(ConfinementException.class)
                    .havingCause()
                    .withMessageContaining("LocalSetTest.touchFromOutside(LocalSetTest.java:")
                    .withMessageContaining("stray#" + stray.id());
            JoinHandle<?> inPlace = set.spawnLocal(() -> Task.blockInPlace(() -> touchFromOutside(names)));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(inPlace::join)
                    .withCauseInstanceOf(ConfinementException.class);
        });
        if (flavor == Flavor.MULTI_THREAD) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(
                            () -> runtime.spawn(() -> touchFromOutside(names)).join())
                    .withCauseInstanceOf(ConfinementException.class);
        }
        assertThat(names).hasToString("something confined to local set 'loom'");
    }

    private static Object touchFromOutside(Confined<List<String>> names) {
        return names.get().add("from outside");
    }

    @Test
    void anotherSetsTaskIsOutsideToo() {
        if (flavor == Flavor.MULTI_THREAD) {
            try (LocalSet other = runtime.newLocalSet("other")) {
                JoinHandle<?> stray = other.spawnLocal(set::checkConfined);
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(stray::join)
                        .withCauseInstanceOf(ConfinementException.class);
            }
        }
    }

    @Test
    void aCloseAbortsWhatIsLeftWaitsForItAndRefusesMore() {
        Gate never = new Gate();
        JoinHandle<Void> left = set.spawnLocal(never::pass);
        runtime.blockOn(() -> {
            Task.yieldNow();
            assertThat(set.size()).isOne();
            set.close();
        });
        assertThatExceptionOfType(CancellationException.class).isThrownBy(left::join);
        assertThat(set.size()).isZero();
        assertThatIllegalStateException().isThrownBy(() -> set.spawnLocal(() -> 1));
        await().until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("heddle-loom")));
    }

    @Test
    void aTaskCannotCloseItsOwnSet() {
        JoinHandle<?> inside = set.spawnLocal(set::close);
        runtime.blockOn(() -> {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(inside::join)
                    .withCauseInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void aShutdownDrainsAndAbortsLocalTasksLikeAnyOther() {
        set.spawnLocal(() -> {
            Time.sleep(Duration.ofDays(1));
            return null;
        });
        JoinHandle<Integer> quick = set.spawnLocal(() -> {
            Time.sleep(Duration.ofMillis(1));
            return 1;
        });
        runtime.blockOn(() -> {
            quick.join();
        });
        ShutdownReport report = runtime.shutdown(Duration.ofMillis(1));
        assertThat(report.aborted()).hasSize(1);
        assertThat(report.remaining()).isEmpty();
    }

    @Test
    void aServerAndItsClientMayBothBeConfined() throws IOException {
        byte[] sent = "weft".getBytes(StandardCharsets.UTF_8);
        String received = runtime.<String, IOException>blockOn(() -> {
            try (TcpListener listener = TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                set.spawnLocal(() -> {
                    try (TcpStream client = TcpStream.connect(listener.localAddress())) {
                        set.checkConfined();
                        client.writeAll(ByteBuffer.wrap(sent));
                        set.checkConfined();
                    }
                    return null;
                });
                return set.spawnLocal(() -> {
                            try (TcpStream server = listener.accept()) {
                                ByteBuffer buffer = ByteBuffer.allocate(16);
                                int read;
                                do {
                                    read = server.read(buffer);
                                    set.checkConfined();
                                } while (read >= 0);
                                return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
                            }
                        })
                        .join();
            }
        });
        assertThat(received).isEqualTo("weft");
    }
}
