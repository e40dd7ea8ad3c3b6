package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.BareHost;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers for which the system has no thread. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WorkStealingSchedulerTest {

    private final List<Thread> started = new ArrayList<>();
    private boolean noThreadForTheSecond = true;
    private Driver driver;

    @BeforeEach
    void openDriver() {
        assumeThat(VirtualThreads.isCustomSchedulerAvailable()).isTrue();
        driver = new Driver(ReactorChoice.SELECTOR, false, "test-", 1, () -> -1, Driver.Timing.MONITORED);
    }

    @AfterEach
    void close() {
        if (driver != null) {
            driver.shutdown();
            driver.close(soon());
        }
    }

    private static long soon() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    }

    private WorkStealingScheduler scheduler(int workers) {
        ThreadContainer fibers = ThreadContainer.create("test", Stream::empty);
        return new WorkStealingScheduler(
                new WorkStealingScheduler.Settings("test-", workers, null, fibers), driver, this::start);
    }

    private void start(Thread thread) {
        if (noThreadForTheSecond && thread.getName().equals("test-worker-1")) {
            throw new OutOfMemoryError("no thread");
        }
        thread.start();
        started.add(thread);
    }

    private void assertRunsAndStops(WorkStealingScheduler scheduler) throws InterruptedException {
        TaskCell<Integer> task = new BareHost().task(() -> 42);
        scheduler.schedule(task);
        assertThat(task.join()).isEqualTo(42);
        assertStops(scheduler);
    }

    private void assertStops(WorkStealingScheduler scheduler) throws InterruptedException {
        scheduler.stop(soon());
        for (Thread thread : started) {
            thread.join();
        }
    }

    private static List<Integer> indexes(WorkStealingScheduler scheduler) {
        return scheduler.workers().stream().map(WorkerMetrics::index).toList();
    }

    @Test
    void aStartThatFailsHalfwayCanBeStopped() throws InterruptedException {
        WorkStealingScheduler scheduler = scheduler(2);
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(scheduler::start);
        assertStops(scheduler);
    }

    @Test
    void aNewWorkerThatGetsNoThreadIsNotKept() throws InterruptedException {
        WorkStealingScheduler scheduler = scheduler(1);
        scheduler.start();
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> scheduler.resize(2));
        assertThat(indexes(scheduler)).containsExactly(0);
        assertRunsAndStops(scheduler);
    }

    @Test
    void theNextResizeMayFindAThreadForIt() throws InterruptedException {
        WorkStealingScheduler scheduler = scheduler(1);
        scheduler.start();
        assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(() -> scheduler.resize(2));
        noThreadForTheSecond = false;
        scheduler.resize(2);
        assertThat(indexes(scheduler)).containsExactly(0, 1);
        assertRunsAndStops(scheduler);
    }
}
