package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Bodies that do not react to the end of their time. */
@org.junit.jupiter.api.Timeout(60)
class OverrunTest {

    private record Report(TaskSnapshot task, Throwable failure) {}

    private final Queue<Report> reports = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private final class Reporting implements UncaughtTaskHandler {

        @Override
        public void taskFailed(TaskSnapshot task, Throwable failure) {
            failures.add(failure);
        }

        @Override
        public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
            reports.add(new Report(task, overrun));
        }
    }

    private AsyncRuntime newRuntime() {
        return AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .uncaughtTaskHandler(new Reporting())
                .build();
    }

    private volatile boolean over;

    private Object computeStubbornly() throws InterruptedException {
        while (!over) {
            Thread.onSpinWait();
        }
        Time.sleep(Duration.ofHours(1));
        return "the interrupt was lost";
    }

    @Test
    void aBodyThatNeverWaitsIsReportedWithItsStackWhileItRunsOnTheOnlyWorker() {
        try (AsyncRuntime runtime = newRuntime()) {
            // A second and more, so that the timer is one that the stuck worker has not even dated.
            Duration limit = Duration.ofMillis(1_001);
            JoinHandle<Object> handle =
                    runtime.spawn(TaskOptions.named("stubborn"), () -> Time.timeout(limit, this::computeStubbornly));
            await().until(() -> !reports.isEmpty());
            Report report = reports.element();
            assertThat(report.task().name()).isEqualTo("stubborn");
            assertThat(report.failure()).isInstanceOf(TimeoutException.class).hasMessageContaining("PT1.001S");
            assertThat(Arrays.toString(report.failure().getStackTrace())).contains("computeStubbornly");
            over = true;
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(handle::join)
                    .withCauseInstanceOf(TimeoutException.class);
            assertThat(reports).hasSize(1);
            assertThat(failures).isEmpty();
            assertThat(runtime.metrics().uncaughtFailures()).isZero();
        }
    }

    @Test
    void aHandlerThatMakesNoDifferenceIsToldAsOfAFailure() {
        UncaughtTaskHandler handler = (_, failure) -> failures.add(failure);
        TimeoutException overrun = new TimeoutException();
        handler.taskOverran(
                new TaskSnapshot(1, null, TaskKind.ASYNC, TaskState.RUNNING, false, Duration.ZERO, null, List.of()),
                overrun);
        assertThat(failures).containsExactly(overrun);
    }

    @Test
    void aBodyThatAsksForInterruptsIsToldInTimeAlthoughItsWorkerNeverLooks() {
        try (AsyncRuntime runtime = newRuntime()) {
            for (Duration limit : new Duration[] {Duration.ofMillis(5), Duration.ofMillis(1_001)}) {
                Callable<Object> body = () -> Time.timeout(limit, () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                    }
                    return "told";
                });
                assertThat(runtime.spawn(body).join()).isEqualTo("told");
            }
        }
        assertThat(reports).isEmpty();
    }
}
