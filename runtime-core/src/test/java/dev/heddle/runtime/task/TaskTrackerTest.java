package dev.heddle.runtime.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Flavor;
import dev.heddle.runtime.Gate;
import java.lang.reflect.Proxy;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.heddle.runtime.Flavor#available")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TaskTrackerTest {

    private final AsyncRuntime runtime;
    private final TaskTracker tracker;

    TaskTrackerTest(Flavor flavor) {
        runtime = flavor.newRuntime();
        tracker = new TaskTracker(runtime);
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private FutureTask<Void> waiter() {
        FutureTask<Void> waiting = new FutureTask<>(() -> {
            tracker.await();
            return null;
        });
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        await().until(() -> waiting.isDone() || thread.getState() == Thread.State.WAITING);
        return waiting;
    }

    @Test
    void onlyClosedAndEmptyLetsTheWaiterGo() throws Exception {
        FutureTask<Void> waiting = waiter();
        Gate gate = new Gate();
        tracker.spawnBlocking(TaskOptions.DEFAULT, gate::pass);
        assertThat(tracker.close()).isTrue();
        assertThat(tracker.close()).isFalse();
        assertThat(waiting).isNotDone();
        assertThat(tracker.size()).isOne();
        gate.open();
        waiting.get();
        assertThat(tracker.isEmpty()).isTrue();
        waiter().get();
    }

    @Test
    void whatIsNoHandleOfARuntimeIsNotCounted() {
        JoinHandle<?> foreign = (JoinHandle<?>) Proxy.newProxyInstance(
                JoinHandle.class.getClassLoader(),
                new Class<?>[] {JoinHandle.class},
                (self, method, arguments) -> null);
        assertThatIllegalArgumentException().isThrownBy(() -> tracker.track(foreign));
        assertThat(tracker.isEmpty()).isTrue();
    }

    @Test
    void anEmptyTrackerLetsTheWaiterGoWhenItIsClosed() throws Exception {
        FutureTask<Void> waiting = waiter();
        assertThat(waiting).isNotDone();
        tracker.close();
        waiting.get();
    }

    @Test
    void aClosedTrackerStillTakesTasksAndAReopenedOneKeepsWaiters() throws Exception {
        tracker.close();
        Gate gate = new Gate();
        JoinHandle<Void> task = tracker.track(runtime.spawnBlocking(gate::pass));
        FutureTask<Void> waiting = waiter();
        assertThat(tracker.reopen()).isTrue();
        assertThat(tracker.reopen()).isFalse();
        assertThat(tracker.isClosed()).isFalse();
        gate.open();
        task.join();
        await().until(tracker::isEmpty);
        assertThat(waiting).isNotDone();
        tracker.close();
        waiting.get();
    }

    @Test
    void aTaskMayWaitAndBeAbortedMeanwhile() {
        runtime.blockOn(() -> {
            JoinHandle<Void> waiting = runtime.spawn(() -> {
                tracker.await();
                return null;
            });
            Task.yieldNow();
            waiting.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
            tracker.spawn(() -> 1).join();
        });
    }
}
