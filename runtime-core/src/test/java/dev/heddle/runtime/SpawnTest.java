package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpawnTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void theSchedulerIsTheOneThatTheJvmAllows() {
        SchedulerKind expected =
                System.getProperty("heddle.test.scheduler", "jdk").equals("workers")
                        ? SchedulerKind.WORKERS
                        : SchedulerKind.JDK;
        assertThat(runtime.metrics().scheduler()).isEqualTo(expected);
    }

    @Test
    void noThreadIsStartedBeforeTheFirstSpawn() {
        assertThat(runtime.metrics().state()).isEqualTo(State.NEW);
        runtime.spawn(() -> 1).join();
        assertThat(runtime.metrics().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void joinReturnsTheResult() {
        assertThat(runtime.spawn(() -> 42).join()).isEqualTo(42);
    }

    @Test
    void aBodyMayReturnNull() {
        assertThat(runtime.<Object>spawn(() -> null).join()).isNull();
    }

    @Test
    void joinThrowsWhatTheBodyThrewAsTheCause() {
        IOException thrown = new IOException("broken");
        JoinHandle<Object> handle = runtime.spawn(() -> {
            throw thrown;
        });
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .havingCause()
                .isSameAs(thrown);
    }

    @Test
    void tasksSpawnAndJoinTasks() {
        assertThat(runtime.spawn(() -> fibonacci(15)).join()).isEqualTo(610);
    }

    private int fibonacci(int n) {
        if (n < 2) {
            return n;
        }
        JoinHandle<Integer> left = runtime.spawn(() -> fibonacci(n - 1));
        int right = fibonacci(n - 2);
        return left.join() + right;
    }

    @Test
    void aTaskRunsOnAVirtualThreadThatBearsItsName() {
        JoinHandle<String> handle = runtime.spawn(TaskOptions.named("weave"), () -> {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            return Thread.currentThread().getName();
        });
        assertThat(handle.join()).isEqualTo("weave#" + handle.id());
    }

    @Test
    void aTaskKnowsItself() {
        JoinHandle<Task> handle = runtime.spawn(TaskOptions.named("self"), Task::current);
        assertThat(handle.join().id()).isEqualTo(handle.id());
        assertThat(handle.join().name()).isEqualTo("self");
    }

    @Test
    void codeOutsideATaskIsToldHowToBecomeOne() {
        assertThat(Task.currentIfAny()).isEmpty();
        assertThatIllegalStateException().isThrownBy(Task::current).withMessageContaining("spawn");
    }

    @Test
    void idsAreUnique() {
        List<JoinHandle<Integer>> handles = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            handles.add(runtime.spawn(() -> 1));
        }
        assertThat(handles.stream().map(JoinHandle::id)).doesNotHaveDuplicates();
    }

    @Test
    void liveTasksAreListedUntilTheyEnd() throws Exception {
        Gate gate = new Gate();
        JoinHandle<Void> handle = runtime.spawn(TaskOptions.named("listed"), gate::pass);
        gate.awaitArrival();
        assertThat(runtime.tasks()).singleElement().satisfies(task -> {
            assertThat(task.id()).isEqualTo(handle.id().value());
            assertThat(task.name()).isEqualTo("listed");
            assertThat(task.stack()).isEmpty();
        });
        assertThat(runtime.task(handle.id()))
                .hasValueSatisfying(task -> assertThat(task.stack())
                        .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("pass")));
        gate.open();
        handle.join();
        assertThat(runtime.tasks()).isEmpty();
        assertThat(runtime.task(handle.id())).isEmpty();
    }

    @Test
    void blockOnRunsOnTheCallersThreadAndThrowsAsTheBodyDoes() {
        Thread caller = Thread.currentThread();
        assertThat(runtime.<Thread, RuntimeException>blockOn(Thread::currentThread))
                .isSameAs(caller);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> runtime.blockOn(() -> {
                    throw new IOException("broken");
                }));
    }

    @Test
    void anInterruptOfTheCallerOutlivesABodyOfBlockOnThatIsAborted() {
        Thread.currentThread().interrupt();
        runtime.blockOn(() -> {
            runtime.abort(Task.current().id());
        });
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void blockOnInsideATaskIsATaskOfItsOwn() {
        AtomicReference<Task> inner = new AtomicReference<>();
        JoinHandle<Task> outer = runtime.spawn(() -> {
            Task before = Task.current();
            runtime.blockOn(() -> inner.set(Task.current()));
            assertThat(Task.current()).isSameAs(before);
            return before;
        });
        assertThat(outer.join().id()).isNotEqualTo(inner.get().id());
    }

    @Test
    void theExecutorViewRunsCommands() {
        AtomicReference<Thread> ran = new AtomicReference<>();
        Gate gate = new Gate();
        runtime.asExecutor().execute(() -> {
            ran.set(Thread.currentThread());
            gate.open();
        });
        gate.passUninterruptibly();
        assertThat(ran.get().isVirtual()).isTrue();
    }

    @Test
    void badSettingsAreRefusedWithTheValueAndTheLimit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncRuntime.newMultiThread().workerThreads(0))
                .withMessageContaining("from 1 to 1024")
                .withMessageContaining("it is 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AsyncRuntime.newMultiThread().blockingQueueCapacity(-1))
                .withMessageContaining("-1");
    }

    @Test
    void blockOnEndsWhileTasksKeepAllWorkersBusy() {
        AtomicBoolean over = new AtomicBoolean();
        List<JoinHandle<?>> busy = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            busy.add(runtime.spawn(() -> {
                while (!over.get()) {
                    Thread.onSpinWait();
                }
            }));
        }
        assertThat(runtime.<String, RuntimeException>blockOn(() -> "done")).isEqualTo("done");
        over.set(true);
        busy.forEach(JoinHandle::join);
    }

    @Test
    void oneWorkerRunsTasksThatSpawnAndWaitForOthers() {
        try (AsyncRuntime one = AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            int sum = one.spawn(() -> {
                        JoinHandle<Integer> first = one.spawn(() -> 1);
                        JoinHandle<Integer> second = one.spawn(() -> first.join() + 1);
                        return first.join() + second.join();
                    })
                    .join();
            assertThat(sum).isEqualTo(3);
        }
    }
}
