package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The rows of {@code docs/semantics.md}, in both flavours. */
@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SemanticsTest {

    private final Flavor flavor;
    private final List<Throwable> uncaught = new ArrayList<>();
    private final AsyncRuntime runtime;

    SemanticsTest(Flavor flavor) {
        this.flavor = flavor;
        runtime = flavor.builder()
                .maxBlockingThreads(1)
                .uncaughtTaskHandler((task, failure) -> {
                    synchronized (uncaught) {
                        uncaught.add(failure);
                    }
                    throw new IllegalStateException("this handler always throws");
                })
                .build();
    }

    @AfterEach
    void close() {
        runtime.shutdown(Duration.ZERO);
    }

    /** Joins from a place where the runtime goes on in either flavour. */
    private <T> T joined(JoinHandle<T> task) {
        return runtime.<T, RuntimeException>blockOn(task::join);
    }

    private void awaitArrival(Gate gate) {
        runtime.<Void, RuntimeException>blockOn(() -> {
            try {
                gate.awaitArrival();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return null;
        });
    }

    @Test
    void theTableNamesEachTestOfThisClassAndNoOther() throws IOException {
        List<String> named = Pattern.compile("`SemanticsTest\\.(\\w+)`")
                .matcher(Files.readString(Path.of("../docs/semantics.md")))
                .results()
                .map(match -> match.group(1))
                .toList();
        assertThat(Arrays.stream(SemanticsTest.class.getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(Method::getName)
                        .filter(name -> !name.startsWith("theTable")))
                .containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void aFailureIsTheCauseOfWhatTheJoinThrows() {
        IOException thrown = new IOException("broken");
        JoinHandle<Object> task = runtime.spawn(() -> {
            throw thrown;
        });
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(task))
                .havingCause()
                .isSameAs(thrown);
    }

    @Test
    void aTaskThatIsAbortedBeforeItStartsNeverRuns() {
        Gate gate = new Gate();
        AtomicBoolean ran = new AtomicBoolean();
        runtime.spawnBlocking(gate::pass);
        JoinHandle<Boolean> queued = runtime.spawnBlocking(() -> ran.getAndSet(true));
        assertThat(queued.abort()).isTrue();
        gate.open();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(queued));
        assertThat(ran).isFalse();
    }

    @Test
    void anAbortOfATaskThatWaitsEndsTheWaitAndFinallyBlocksRun() {
        Gate never = new Gate();
        AtomicBoolean unwound = new AtomicBoolean();
        JoinHandle<Object> task = runtime.spawn(() -> {
            try {
                return never.pass();
            } finally {
                unwound.set(true);
            }
        });
        awaitArrival(never);
        assertThat(task.abort()).isTrue();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(task));
        assertThat(unwound).isTrue();
        assertThat(task.isCancelled()).isTrue();
    }

    @Test
    void anAbortOfATaskThatRunsIsMetAtItsNextWait() {
        AtomicReference<JoinHandle<?>> self = new AtomicReference<>();
        AtomicBoolean ranOn = new AtomicBoolean();
        JoinHandle<Object> task = runtime.spawn(() -> {
            Task own = Task.current();
            while (!own.isAborted()) {
                Task.yieldNow();
            }
            ranOn.set(true);
            Time.sleep(Duration.ofHours(1));
            return null;
        });
        self.set(task);
        runtime.blockOn(() -> {
            Task.yieldNow();
            self.get().abort();
        });
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(task));
        assertThat(ranOn.get() || task.isCancelled()).isTrue();
    }

    @Test
    void anAbortAfterTheEndHasNoEffect() {
        JoinHandle<Integer> task = runtime.spawn(() -> 1);
        joined(task);
        assertThat(task.abort()).isFalse();
        assertThat(joined(task)).isOne();
        assertThat(task.isCancelled()).isFalse();
    }

    @Test
    void aSecondAbortHasTheSameEffectAsOne() {
        Gate never = new Gate();
        JoinHandle<Void> task = runtime.spawn(never::pass);
        awaitArrival(never);
        task.abort();
        task.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(task));
        assertThat(task.abort()).isFalse();
        assertThat(runtime.metrics().aborted()).isOne();
    }

    @Test
    void aTaskThatAbortsItselfGoesOnToItsNextWait() {
        AtomicReference<JoinHandle<Object>> self = new AtomicReference<>();
        Gate set = new Gate();
        AtomicBoolean wentOn = new AtomicBoolean();
        self.set(runtime.spawn(() -> {
            set.pass();
            self.get().abort();
            wentOn.set(true);
            Task.checkpoint();
            return null;
        }));
        set.open();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(self.get()));
        assertThat(wentOn).isTrue();
    }

    @Test
    void aFailureThatNobodyJoinsIsReported() {
        runtime.spawn(() -> {
            throw new IOException("dropped");
        });
        runtime.blockOn(Task::yieldNow);
        runtime.shutdown(Duration.ofSeconds(10));
        assertThat(uncaught).singleElement().isInstanceOf(IOException.class);
        assertThat(runtime.metrics().uncaughtFailures()).isOne();
    }

    @Test
    void anUncaughtHandlerThatThrowsHarmsNobody() {
        runtime.spawn(dev.heddle.runtime.task.TaskOptions.DEFAULT.asDetached(), () -> {
            throw new IllegalArgumentException("detached");
        });
        assertThat(joined(runtime.spawn(() -> "unharmed"))).isEqualTo("unharmed");
        runtime.blockOn(() -> {
            while (runtime.metrics().uncaughtFailures() == 0) {
                Task.yieldNow();
            }
        });
        assertThat(joined(runtime.spawn(() -> "still unharmed"))).isEqualTo("still unharmed");
    }

    @Test
    void aTaskThatJoinsItselfFails() {
        AtomicReference<JoinHandle<Object>> self = new AtomicReference<>();
        Gate set = new Gate();
        self.set(runtime.spawn(() -> {
            set.pass();
            return self.get().join();
        }));
        set.open();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(self.get()))
                .withCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSpawnAfterTheShutdownIsRefused() {
        runtime.shutdown(Duration.ZERO);
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawn(() -> 1));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawnBlocking(() -> 1));
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.blockOn(() -> {}));
    }

    @Test
    void aShutdownFromInsideATaskIsRefused() {
        JoinHandle<?> task = runtime.spawn(() -> runtime.shutdown(Duration.ZERO));
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(task))
                .withCauseInstanceOf(IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(() -> runtime.blockOn(runtime::close));
        assertThat(joined(runtime.spawn(() -> "open"))).isEqualTo("open");
    }

    @Test
    void blockOnWithinATaskSuspendsThatTask() {
        JoinHandle<Integer> task = runtime.spawn(() ->
                runtime.<Integer, RuntimeException>blockOn(() -> runtime.<Integer, RuntimeException>blockOn(
                        () -> runtime.spawn(() -> 42).join())));
        assertThat(joined(task)).isEqualTo(42);
    }

    @Test
    void whatABodyOfBlockOnLeavesOfItsAbortDoesNotReachTheCaller() {
        Runnable abortsItself =
                () -> assertThat(runtime.abort(Task.current().id())).isTrue();
        runtime.blockOn(abortsItself);
        assertThat(Thread.interrupted()).isFalse();
        JoinHandle<Boolean> nested = runtime.spawn(() -> {
            runtime.blockOn(abortsItself);
            return Thread.currentThread().isInterrupted();
        });
        assertThat(joined(nested)).isFalse();
    }

    @Test
    void blockOnFromAForeignVirtualThreadBlocksThatThread() throws Exception {
        FutureTask<Integer> answer = new FutureTask<>(() -> runtime.<Integer, RuntimeException>blockOn(
                () -> runtime.spawn(() -> 42).join()));
        Thread.ofVirtual().start(answer);
        assertThat(answer.get()).isEqualTo(42);
    }

    @Test
    void anInterruptByUserCodeEndsAWaitAndIsNoAbort() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        Gate never = new Gate();
        JoinHandle<Void> task = runtime.spawn(() -> {
            thread.set(Thread.currentThread());
            return never.pass();
        });
        awaitArrival(never);
        thread.get().interrupt();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(task))
                .withCauseInstanceOf(InterruptedException.class);
        assertThat(task.isCancelled()).isFalse();
    }

    @Test
    void anErrorOfTheMachineFailsTheTaskAndNoOther() {
        JoinHandle<Object> outOfMemory = runtime.spawn(() -> {
            throw new OutOfMemoryError("pretended");
        });
        JoinHandle<Integer> overflow = runtime.spawn(() -> recurse(0));
        JoinHandle<String> other = runtime.spawn(() -> "unharmed");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(outOfMemory))
                .withCauseInstanceOf(OutOfMemoryError.class);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> joined(overflow))
                .withCauseInstanceOf(StackOverflowError.class);
        assertThat(joined(other)).isEqualTo("unharmed");
    }

    @SuppressWarnings("InfiniteRecursion") // on purpose
    private static int recurse(int depth) {
        return recurse(depth + 1) + 1;
    }

    @Test
    void aTaskThatNeverYieldsKeepsItsThreadAndIsGivenUpAtShutdown() {
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger turns = new AtomicInteger();
        JoinHandle<?> spinning = runtime.spawn(() -> {
            while (!stop.get() && turns.incrementAndGet() > 0) {
                Thread.onSpinWait();
            }
        });
        if (flavor == Flavor.CURRENT_THREAD) {
            // It has the only thread for itself: whoever blocks on the runtime waits for it.
            FutureTask<String> other = new FutureTask<>(() -> joined(runtime.spawn(() -> "after it")));
            Thread.ofPlatform().daemon().start(other);
            await().until(() -> turns.get() > 1_000);
            stop.set(true);
            assertThat(other).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("after it");
            return;
        }
        assertThat(joined(runtime.spawn(() -> "beside it"))).isEqualTo("beside it");
        await().until(() -> turns.get() > 0);
        ShutdownReport report = runtime.shutdown(Duration.ZERO);
        assertThat(report.remaining()).hasSize(1);
        assertThat(spinning.isCancelled()).isTrue();
        stop.set(true);
    }

    @Test
    @SuppressWarnings("ReferenceEquality") // identity is meant
    void theNextTaskOnTheSameFiberFindsNothingOfTheOneBefore() {
        ThreadLocal<String> local = new ThreadLocal<>();
        ThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        ClassLoader other = new ClassLoader() {};
        for (int i = 0; i < 20; i++) {
            joined(runtime.spawn(() -> {
                local.set("left behind");
                inheritable.set("left behind");
                Thread.currentThread().setContextClassLoader(other);
                Thread.currentThread().interrupt();
            }));
            JoinHandle<String> next = runtime.spawn(() -> local.get()
                    + inheritable.get()
                    + (Thread.currentThread().getContextClassLoader() == other)
                    + Thread.currentThread().isInterrupted());
            assertThat(joined(next)).isEqualTo("nullnullfalsefalse");
        }
    }

    @Test
    void aMonitorMayBeHeldAcrossAWaitWhileOthersGoOn() {
        Object monitor = new Object();
        Gate gate = new Gate();
        List<JoinHandle<?>> holders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            holders.add(runtime.spawn(() -> {
                synchronized (monitor) {
                    gate.pass();
                    Time.sleep(Duration.ofMillis(1));
                }
                return null;
            }));
        }
        awaitArrival(gate);
        assertThat(joined(runtime.spawn(() -> "meanwhile"))).isEqualTo("meanwhile");
        gate.open();
        holders.forEach(this::joined);
    }

    @Test
    void aTaskThatJoinsItsOwnThreadWaitsUntilItIsAborted() {
        AtomicReference<Thread> thread = new AtomicReference<>();
        JoinHandle<Void> task = runtime.spawn(() -> {
            thread.set(Thread.currentThread());
            Thread.currentThread().join();
            return null;
        });
        runtime.blockOn(() -> {
            while (thread.get() == null || thread.get().getState() != Thread.State.WAITING) {
                Task.yieldNow();
            }
        });
        task.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> joined(task));
    }

    @Test
    void whatIsBoundAroundABodyThatBlocksInPlaceIsBoundInIt() {
        ScopedValue<String> value = ScopedValue.newInstance();
        JoinHandle<Boolean> seen = runtime.spawn(() -> ScopedValue.where(value, "bound")
                .<Boolean, RuntimeException>call(() -> Task.blockInPlace(value::isBound)));
        assertThat(joined(seen)).isEqualTo(VirtualThreads.isCustomSchedulerAvailable());
    }
}
