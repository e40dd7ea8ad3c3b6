package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.ContextCarrier;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@org.junit.jupiter.api.Timeout(value = 60, threadMode = org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD)
class BlockInPlaceTest {

    private static final boolean WORKERS =
            System.getProperty("heddle.test.scheduler", "jdk").equals("workers");

    private static final ScopedValue<String> BOUND = ScopedValue.newInstance();
    private static final ScopedValue<String> CARRIED = ScopedValue.newInstance();

    private final Flavor flavor;
    private final AsyncRuntime runtime;

    BlockInPlaceTest(Flavor flavor) {
        this.flavor = flavor;
        runtime = flavor.builder()
                .maxBlockingThreads(4)
                .blockingQueueCapacity(1)
                .contextCarrier(ContextCarrier.ofScopedValues(CARRIED))
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Runs a body in a task that is carried as the flavour's tasks are. */
    private <T> T inTask(Callable<T> body) throws Exception {
        JoinHandle<T> task = runtime.spawn(body);
        return runtime.<T, Exception>blockOn(task::join);
    }

    @Test
    void othersGoOnWhileTheBodyHoldsItsThread() throws Exception {
        Gate gate = new Gate();
        String done = inTask(() -> {
            JoinHandle<?>[] others = new JoinHandle<?>[8];
            for (int i = 0; i < others.length; i++) {
                others[i] = runtime.spawn(() -> {
                    Time.sleep(Duration.ofMillis(1));
                    return null;
                });
            }
            runtime.spawn(() -> {
                for (JoinHandle<?> other : others) {
                    other.join();
                }
                gate.open();
            });
            return Task.blockInPlace(() -> {
                assertThat(Thread.currentThread().isVirtual()).isFalse();
                gate.passUninterruptibly();
                return "done";
            });
        });
        assertThat(done).isEqualTo("done");
    }

    @Test
    void theBodyIsTheTask() throws Exception {
        ThreadLocal<String> local = new ThreadLocal<>();
        ThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        ThreadLocal<String> madeInside = new ThreadLocal<>();
        inTask(() -> {
            Task self = Task.current();
            local.set("before");
            inheritable.set("before");
            Task.blockInPlace(() -> {
                assertThat(Task.current()).isSameAs(self);
                if (WORKERS) {
                    assertThat(local.get()).isEqualTo("before");
                    assertThat(inheritable.get()).isEqualTo("before");
                    local.set("inside");
                    inheritable.set("inside");
                    madeInside.set("made inside");
                }
            });
            assertThat(Task.current()).isSameAs(self);
            assertThat(local.get()).isEqualTo(WORKERS ? "inside" : "before");
            assertThat(inheritable.get()).isEqualTo(WORKERS ? "inside" : "before");
            assertThat(madeInside.get()).isEqualTo(WORKERS ? "made inside" : null);
            return null;
        });
        // The thread of the pool has its own back.
        runtime.blockOn(() -> runtime.spawnBlocking(() -> {
                    assertThat(local.get()).isNull();
                    assertThat(inheritable.get()).isNull();
                })
                .join());
    }

    @Test
    void theBodyFindsTheScopedValuesThatAreBoundWhereItIsCalled() throws Exception {
        ScopedValue<String> nothing = ScopedValue.newInstance();
        ScopedValue<Integer> unbound = ScopedValue.newInstance();
        Callable<String> read = () -> Task.blockInPlace(() -> BOUND.orElse("none") + ", " + CARRIED.orElse("none")
                + ", " + (nothing.isBound() ? nothing.get() : "none") + ", " + unbound.isBound());
        ScopedValue.Carrier outer =
                ScopedValue.where(BOUND, "outer").where(CARRIED, "one").where(nothing, null);
        String seen = inTask(() -> outer.call(
                () -> ScopedValue.where(BOUND, "hidden").where(BOUND, "inner").call(read::call)));
        assertThat(seen).isEqualTo(WORKERS ? "inner, one, null, false" : "none, one, none, false");
        assertThat(inTask(read)).isEqualTo("none, none, none, false");
    }

    @Test
    void whatTheOptionsBindIsBoundInTheBodyToo() throws Exception {
        JoinHandle<Boolean> task = runtime.spawn(
                TaskOptions.DEFAULT.with(BOUND, "by the options").with(CARRIED, "too"),
                () -> Task.blockInPlace(() -> BOUND.isBound() == WORKERS && CARRIED.isBound()));
        assertThat(runtime.<Boolean, Exception>blockOn(task::join)).isTrue();
    }

    @Test
    void theBodyMayBindScopedValuesAndThePoolKeepsNone() throws Exception {
        String seen = inTask(() -> ScopedValue.where(CARRIED, "outer")
                .call(() -> Task.blockInPlace(() -> {
                    String inside = ScopedValue.where(CARRIED, "inner").call(CARRIED::get);
                    return inside + ", " + CARRIED.get() + ", " + Task.blockInPlace(CARRIED::get);
                })));
        assertThat(seen).isEqualTo("inner, outer, outer");
        boolean kept = runtime.<Boolean, Exception>blockOn(
                () -> runtime.spawnBlocking(() -> CARRIED.isBound()).join());
        assertThat(kept).isFalse();
    }

    @Test
    void whatTheBodyThrowsComesThrough() {
        IOException thrown = new IOException("broken");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> inTask(() -> Task.blockInPlace(() -> {
                    throw thrown;
                })))
                .havingCause()
                .isSameAs(thrown);
    }

    @Test
    void anAbortReachesTheBody() {
        Gate never = new Gate();
        JoinHandle<Void> task = runtime.spawn(() -> Task.blockInPlace(never::pass));
        runtime.blockOn(() -> {
            Task.blockInPlace(() -> awaitArrival(never));
            task.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(task::join);
        });
        assertThat(task.isCancelled()).isTrue();
    }

    private static void awaitArrival(Gate gate) {
        try {
            gate.awaitArrival();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptThatTheBodyDidNotUseUpStaysPending() throws Exception {
        boolean pending = inTask(() -> {
            Thread.currentThread().interrupt();
            Task.blockInPlace(() -> {
                // The body may begin before the task, which waits meanwhile, has passed the interrupt on.
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                return null;
            });
            return Thread.interrupted();
        });
        assertThat(pending).isTrue();
    }

    @Test
    void aTimeoutReachesTheBody() {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> inTask(() -> Time.timeout(
                        Duration.ofMillis(5),
                        () -> Task.blockInPlace(() -> {
                            Thread.sleep(60_000);
                            return null;
                        }))))
                .withCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void whereTheThreadMayBeHeldTheBodyRunsOnIt() throws Exception {
        Thread here = Thread.currentThread();
        assertThat(Task.<Thread, RuntimeException>blockInPlace(Thread::currentThread))
                .isSameAs(here);
        runtime.blockOn(() -> runtime.spawnBlocking(() -> {
                    Thread own = Thread.currentThread();
                    Task.blockInPlace(() -> assertThat(Thread.currentThread()).isSameAs(own));
                })
                .join());
    }

    @Test
    void whereThePoolIsFullTheBodyRunsInItsTask() throws Exception {
        Gate gate = new Gate();
        for (int i = 0; i < 4; i++) {
            runtime.spawnBlocking(gate::pass);
        }
        await().until(() -> runtime.metrics().blocking().queueDepth() == 0);
        runtime.spawnBlocking(gate::pass);
        assertThat(inTask(() -> Task.blockInPlace(() -> Thread.currentThread().isVirtual())))
                .isTrue();
        gate.open();
    }

    @Test
    void itMayBeNestedWithBlockOnBetween() throws Exception {
        String inner = inTask(() -> Task.blockInPlace(() -> runtime.<String, RuntimeException>blockOn(
                () -> Task.blockInPlace(() -> runtime.spawn(() -> "inner").join()))));
        assertThat(inner).isEqualTo("inner");
    }

    @Test
    void aBodyThatBlocksAllWorkersAtATimeHoldsNone() throws Exception {
        Assumptions.assumeTrue(flavor == Flavor.MULTI_THREAD);
        Gate gate = new Gate();
        AtomicReference<String> seen = new AtomicReference<>();
        JoinSet<Object> blocked = new JoinSet<>(runtime);
        for (int i = 0; i < 4; i++) {
            blocked.spawn(() -> Task.blockInPlace(gate::pass));
        }
        await().until(() -> runtime.metrics().blocking().threads() == 4);
        runtime.spawn(() -> seen.set("ran")).join();
        assertThat(seen).hasValue("ran");
        gate.open();
        assertThat(blocked.joinAll()).hasSize(4);
    }

    @Test
    void aBodyMayDoMoreThanABudgetOfOperationsThatAreReady() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        int received = inTask(() -> Task.blockInPlace(() -> {
            int count = 0;
            for (int i = 0; i < 10_000; i++) {
                channel.send(i);
                count += channel.receive() == null ? 0 : 1;
            }
            return count;
        }));
        assertThat(received).isEqualTo(10_000);
    }
}
