package dev.heddle.runtime.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.RuntimeClosedException;
import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/** Tests for {@link AsyncRuntimeLifecycle}. */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class AsyncRuntimeLifecycleTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().name("lifecycle").workerThreads(2).build();

    @AfterEach
    void close() {
        runtime.shutdown(Duration.ZERO);
    }

    @Test
    void phase_isThatOfSpringsExecutors() {
        assertThat(lifecycle(LONG).getPhase()).isEqualTo(new ThreadPoolTaskExecutor().getPhase());
    }

    @Test
    void start_startsTheRuntime() {
        AsyncRuntimeLifecycle lifecycle = lifecycle(LONG);
        assertThat(lifecycle.isRunning()).isFalse();
        lifecycle.start();
        assertThat(lifecycle.isRunning()).isTrue();
        assertThat(runtime.metrics().state()).isEqualTo(State.RUNNING);
    }

    @Test
    void stop_withCallback_returnsAtOnceAndCallsBackWhenDrained(CapturedOutput output) throws Exception {
        AsyncRuntimeLifecycle lifecycle = lifecycle(LONG);
        lifecycle.start();
        CountDownLatch release = new CountDownLatch(1);
        JoinHandle<String> handle = runtime.spawn(() -> {
            release.await();
            return "finished";
        });
        CountDownLatch stopped = new CountDownLatch(1);
        lifecycle.stop(stopped::countDown);
        assertThat(stopped.getCount()).isOne();
        assertThat(lifecycle.isRunning()).isTrue();
        release.countDown();
        assertThat(stopped.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lifecycle.isRunning()).isFalse();
        assertThat(handle.resultNow()).isEqualTo("finished");
        assertThat(runtime.metrics().state()).isEqualTo(State.TERMINATED);
        assertThat(output).contains("Runtime 'lifecycle' ended in").contains("0 aborted");
    }

    @Test
    void stop_whenTimeIsOver_abortsAndNamesTheTasks(CapturedOutput output) throws Exception {
        AsyncRuntimeLifecycle lifecycle = lifecycle(Duration.ofMillis(50));
        lifecycle.start();
        CountDownLatch begun = new CountDownLatch(1);
        JoinHandle<String> handle = runtime.spawn(TaskOptions.named("sleeper"), () -> {
            begun.countDown();
            Time.sleep(Duration.ofHours(1));
            return "";
        });
        begun.await();
        lifecycle.stop();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(output)
                .contains("1 task aborted, because heddle.shutdown.timeout was over")
                .contains("'sleeper' (id " + handle.id());
    }

    @Test
    void stop_ofAStoppedOne_callsBackAtOnce() {
        AsyncRuntimeLifecycle lifecycle = lifecycle(LONG);
        lifecycle.start();
        lifecycle.stop();
        CountDownLatch stopped = new CountDownLatch(1);
        lifecycle.stop(stopped::countDown);
        assertThat(stopped.getCount()).isZero();
    }

    @Test
    void start_afterStop_saysThatItCannot() {
        AsyncRuntimeLifecycle lifecycle = lifecycle(LONG);
        lifecycle.start();
        lifecycle.stop();
        assertThatIllegalStateException().isThrownBy(lifecycle::start).withMessageContaining("cannot be started again");
        assertThatExceptionOfType(RuntimeClosedException.class).isThrownBy(() -> runtime.spawn(() -> ""));
    }

    @Test
    void pause_passesItOver() {
        assertThat(lifecycle(LONG).isPauseable()).isFalse();
    }

    @Test
    void start_withATimeoutThatLeavesNoTimeToUnwind_warns(CapturedOutput output) {
        new AsyncRuntimeLifecycle(runtime, LONG, LONG.plusMillis(3_999)).start();
        assertThat(output)
                .contains("heddle.shutdown.timeout (PT30S)")
                .contains("more than spring.lifecycle.timeout-per-shutdown-phase (PT33.999S)");
    }

    @Test
    void start_withATimeoutThatLeavesTimeToUnwind_doesNotWarn(CapturedOutput output) {
        new AsyncRuntimeLifecycle(runtime, LONG, LONG.plusSeconds(4)).start();
        assertThat(output).doesNotContain("timeout-per-shutdown-phase");
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void stop_whenATaskHoldsTheOneThread_givesTheTaskUp(CapturedOutput output) throws Exception {
        AtomicBoolean released = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        try (AsyncRuntime single = AsyncRuntime.newCurrentThread().name("held").build()) {
            AsyncRuntimeLifecycle lifecycle = new AsyncRuntimeLifecycle(single, Duration.ZERO, null);
            lifecycle.start();
            JoinHandle<?> holder = single.spawn(TaskOptions.named("holder"), () -> {
                begun.countDown();
                while (!released.get()) {
                    Thread.onSpinWait();
                }
            });
            begun.await();
            lifecycle.stop();
            assertThat(single.metrics().state()).isEqualTo(State.TERMINATED);
            assertThat(holder.isCancelled()).isTrue();
            assertThat(output).contains("did not end even when interrupted").contains("'holder'");
        } finally {
            released.set(true);
        }
    }

    private AsyncRuntimeLifecycle lifecycle(Duration timeout) {
        return new AsyncRuntimeLifecycle(runtime, timeout, null);
    }
}
