package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
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
class JoinSetTest {

    private final AsyncRuntime runtime;

    JoinSetTest(Flavor flavor) {
        runtime = flavor.newRuntime();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void tasksComeInTheOrderInWhichTheyEnd() {
        runtime.blockOn(() -> {
            Gate first = new Gate();
            Gate second = new Gate();
            try (JoinSet<String> set = new JoinSet<>(runtime)) {
                set.spawn(() -> passThrough(second, "second"));
                set.spawn(() -> passThrough(first, "first"));
                first.open();
                assertThat(set.joinNext().join()).isEqualTo("first");
                second.open();
                assertThat(set.joinNext().join()).isEqualTo("second");
                assertThat(set.joinNext()).isNull();
            }
        });
    }

    private static <T> T passThrough(Gate gate, T result) throws InterruptedException {
        gate.pass();
        return result;
    }

    @Test
    void withoutWaitingOnlyWhatHasEndedIsThere() {
        runtime.blockOn(() -> {
            Gate gate = new Gate();
            try (JoinSet<String> set = new JoinSet<>(runtime)) {
                assertThat(set.tryJoinNext()).isNull();
                JoinHandle<String> task = set.spawn(() -> passThrough(gate, "through"));
                assertThat(set.tryJoinNext()).isNull();
                assertThat(set.size()).isOne();
                gate.open();
                task.join();
                AtomicReference<JoinHandle<String>> taken = new AtomicReference<>();
                await().until(() -> {
                    taken.set(set.tryJoinNext());
                    return taken.get() != null;
                });
                assertThat(taken.get()).isSameAs(task);
                assertThat(set.isEmpty()).isTrue();
            }
        });
    }

    @Test
    void aTaskThatFailedIsTakenLikeAnyOther() {
        runtime.blockOn(() -> {
            try (JoinSet<Object> set = new JoinSet<>(runtime)) {
                set.spawn(() -> {
                    throw new IOException("broken");
                });
                JoinHandle<Object> failed = set.joinNext();
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(failed::join)
                        .withCauseInstanceOf(IOException.class);
            }
        });
    }

    @Test
    void allResultsAreThereOnceAllHaveEnded() {
        runtime.blockOn(() -> {
            try (JoinSet<Integer> set = new JoinSet<>(runtime)) {
                for (int i = 0; i < 100; i++) {
                    int number = i;
                    set.spawn(() -> number);
                }
                assertThat(set.joinAll()).hasSize(100).doesNotHaveDuplicates();
                assertThat(set.joinAll()).isEmpty();
            }
        });
    }

    @Test
    void theFirstFailureAbortsTheOthersOfAJoinOfAll() {
        runtime.blockOn(() -> {
            Gate never = new Gate();
            AtomicBoolean unwound = new AtomicBoolean();
            try (JoinSet<Object> set = new JoinSet<>(runtime)) {
                set.spawn(() -> {
                    try {
                        return never.pass();
                    } finally {
                        unwound.set(true);
                    }
                });
                set.spawn(() -> {
                    never.awaitArrival();
                    throw new IOException("broken");
                });
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(set::joinAll)
                        .withCauseInstanceOf(IOException.class);
                assertThat(unwound).isTrue();
                assertThat(set.isEmpty()).isTrue();
            }
        });
    }

    @Test
    void aCloseAbortsWhatIsLeftAndWaitsForIt() {
        runtime.blockOn(() -> {
            Gate never = new Gate();
            AtomicBoolean unwound = new AtomicBoolean();
            JoinHandle<Object> task;
            try (JoinSet<Object> set = new JoinSet<>(runtime)) {
                task = set.spawn(() -> {
                    try {
                        return never.pass();
                    } finally {
                        unwound.set(true);
                    }
                });
                awaitQuietly(never);
            }
            assertThat(unwound).isTrue();
            assertThat(task.isCancelled()).isTrue();
        });
    }

    private static void awaitQuietly(Gate gate) {
        try {
            gate.awaitArrival();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aClosedSetRefusesTasksAndASecondCloseIsHarmless() {
        JoinSet<Integer> set = new JoinSet<>(runtime);
        set.close();
        set.close();
        assertThatIllegalStateException().isThrownBy(() -> set.spawn(() -> 1));
        assertThat(set.joinNext()).isNull();
        assertThat(runtime.metrics().spawned()).isZero();
    }

    @Test
    void tasksThatAreDetachedGoOn() {
        runtime.blockOn(() -> {
            Gate gate = new Gate();
            JoinHandle<String> task;
            try (JoinSet<String> set = new JoinSet<>(runtime)) {
                task = set.spawn(() -> passThrough(gate, "went on"));
                set.detachAll();
                assertThat(set.joinNext()).isNull();
            }
            gate.open();
            assertThat(task.join()).isEqualTo("went on");
        });
    }

    @Test
    void abortedTasksStayUntilTheyAreTaken() {
        runtime.blockOn(() -> {
            Gate never = new Gate();
            try (JoinSet<Object> set = new JoinSet<>(runtime)) {
                set.spawn(never::pass);
                set.spawnBlocking(never::pass);
                set.abortAll();
                assertThat(set.joinNext().isCancelled()).isTrue();
                assertThat(set.joinNext().isCancelled()).isTrue();
            }
        });
    }

    @Test
    void anInterruptEndsTheWaitOfATaskAndLosesNothing() {
        runtime.blockOn(() -> {
            Gate gate = new Gate();
            JoinSet<String> set = new JoinSet<>(runtime);
            set.spawn(() -> passThrough(gate, "kept"));
            JoinHandle<Object> waiter = runtime.spawn(() -> set.joinNext());
            awaitQuietly(gate);
            await().until(() -> {
                Task.yieldNow();
                return runtime.task(waiter.id()).orElseThrow().waitingOn() != null;
            });
            waiter.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(waiter::join);
            gate.open();
            assertThat(set.joinNext().join()).isEqualTo("kept");
            set.close();
        });
    }

    @Test
    void anInterruptOfAnOrdinaryThreadIsKeptForLater() throws Exception {
        Gate gate = new Gate();
        try (JoinSet<String> set = new JoinSet<>(runtime)) {
            AtomicBoolean interrupted = new AtomicBoolean();
            FutureTask<String> waiting = new FutureTask<>(() -> {
                String result = set.joinNext().join();
                interrupted.set(Thread.interrupted());
                return result;
            });
            set.spawnBlocking(() -> passThrough(gate, "joined"));
            Thread waiter = Thread.ofPlatform().daemon().start(waiting);
            await().until(() -> waiter.getState() == Thread.State.WAITING);
            waiter.interrupt();
            gate.open();
            assertThat(waiting.get()).isEqualTo("joined");
            assertThat(interrupted).isTrue();
        }
    }

    @Test
    void whoClosesTheSetFromInsideIsToldInsteadOfWaitingForItself() {
        runtime.blockOn(() -> {
            AtomicReference<JoinSet<Object>> own = new AtomicReference<>(new JoinSet<>(runtime));
            JoinHandle<Object> inside = own.get().spawn(() -> {
                while (own.get().isEmpty()) {
                    Task.yieldNow();
                }
                own.get().close();
                return null;
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(inside::join)
                    .withCauseInstanceOf(IllegalStateException.class);
            own.get().close();
        });
    }

    @Test
    void eachTaskIsTakenOnceByManyThatWait() {
        runtime.blockOn(() -> {
            try (JoinSet<Integer> set = new JoinSet<>(runtime);
                    JoinSet<List<Integer>> takers = new JoinSet<>(runtime)) {
                for (int i = 0; i < 4; i++) {
                    takers.spawn(() -> takeAll(set));
                }
                for (int i = 0; i < 500; i++) {
                    int number = i;
                    set.spawn(() -> number);
                    Task.yieldNow();
                }
                List<Integer> taken = new ArrayList<>();
                takers.joinAll().forEach(taken::addAll);
                taken.addAll(takeAll(set));
                assertThat(taken).hasSize(500).doesNotHaveDuplicates();
            }
        });
    }

    /** Each comes back to wait while the other still does, so the order in which they wait changes all the time. */
    @Test
    void twoMayTakeInTurnForAsLongAsTheyLike() {
        runtime.blockOn(() -> {
            AtomicInteger taken = new AtomicInteger();
            try (JoinSet<Integer> set = new JoinSet<>(runtime);
                    JoinSet<Void> takers = new JoinSet<>(runtime)) {
                Gate end = new Gate();
                set.spawn(() -> passThrough(end, 0));
                for (int i = 0; i < 2; i++) {
                    takers.spawn(() -> {
                        while (Objects.requireNonNull(set.joinNext()).join() != 0) {
                            taken.incrementAndGet();
                        }
                        return null;
                    });
                }
                for (int i = 1; i <= 100; i++) {
                    int number = i;
                    set.spawn(() -> number);
                    while (taken.get() < number) {
                        Task.yieldNow();
                    }
                }
                takers.abortAll();
                end.open();
            }
            assertThat(taken).hasValue(100);
        });
    }

    @Test
    void tasksOfTwoRuntimesMayWaitForEachOther() {
        try (AsyncRuntime other = AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            runtime.blockOn(() -> {
                try (JoinSet<Integer> here = new JoinSet<>(runtime)) {
                    for (int i = 0; i < 50; i++) {
                        int number = i;
                        JoinHandle<Integer> there = other.spawn(() -> number);
                        here.spawn(() -> other.spawn(there::join).join());
                    }
                    assertThat(here.joinAll()).hasSize(50).doesNotHaveDuplicates();
                }
            });
        }
    }

    private static List<Integer> takeAll(JoinSet<Integer> set) {
        List<Integer> taken = new ArrayList<>();
        for (JoinHandle<Integer> next = set.joinNext(); next != null; next = set.joinNext()) {
            taken.add(next.join());
        }
        return taken;
    }
}
