package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.internal.task.TaskRegistry;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The fallback where the JVM does not let us schedule virtual threads: each task is a virtual thread on the JDK's own
 * scheduler, and one platform thread runs the driver.
 */
public final class JdkScheduler implements Scheduler {

    /** How the threads are made. */
    public record Settings(String namePrefix, @Nullable ClassLoader contextClassLoader) {}

    private final Settings settings;
    private final Driver driver;
    private final Thread driverThread;
    private volatile boolean stopping;

    /**
     * Makes a scheduler without starting its thread.
     *
     * @param settings how the threads are made
     * @param driver what the driver thread runs
     */
    public JdkScheduler(Settings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
        this.driverThread = Thread.ofPlatform()
                .daemon()
                .name(settings.namePrefix() + "driver")
                .inheritInheritableThreadLocals(false)
                .unstarted(this::drive);
        driverThread.setContextClassLoader(settings.contextClassLoader());
    }

    @Override
    public void tell(RuntimeHooks hooks) {
        // What there would be to tell, the JDK does not show: when its threads sleep and when a task waits.
    }

    @Override
    public void start() {
        driverThread.start();
    }

    private void drive() {
        if (!driver.tryAcquire()) {
            throw new IllegalStateException("Somebody else holds the driver");
        }
        try {
            while (!stopping) {
                parkInDriver();
                // It means nothing to this thread, and as long as one is pending no park waits.
                Thread.interrupted();
            }
        } finally {
            driver.release();
        }
    }

    private void parkInDriver() {
        try {
            driver.park(Long.MAX_VALUE, () -> true);
        } catch (Throwable bug) {
            SafeLog.error(JdkScheduler.class, "The driver goes on after an error of its own", bug);
        }
    }

    @Override
    public void schedule(TaskCell<?> task) {
        try {
            String name = task.name() == null ? settings.namePrefix() + "task" : task.describe();
            Thread thread = Thread.ofVirtual()
                    .name(name)
                    .inheritInheritableThreadLocals(false)
                    .unstarted(() -> ThreadAttachment.runWith(task, task));
            thread.setContextClassLoader(settings.contextClassLoader());
            thread.start();
        } catch (OutOfMemoryError noThread) {
            task.failToStart(noThread);
        }
    }

    @Override
    public void stop(long deadlineNanos) {
        stopping = true;
        driver.wakeup(driverThread);
        try {
            Threads.join(driverThread, deadlineNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void runToEnd(TaskCell<?> task) {
        ThreadAttachment.runWith(task, task);
    }

    @Override
    public void awaitEmpty(TaskRegistry registry, long deadlineNanos) {
        LockSupport.parkNanos(registry, Math.min(TaskRegistry.LONGEST_PARK_NANOS, deadlineNanos - System.nanoTime()));
    }

    @Override
    public long coarseNanoTime() {
        return System.nanoTime();
    }

    @Override
    public int currentWorker() {
        return -1;
    }

    @Override
    public boolean isTimeSliceOver() {
        return false;
    }

    @Override
    public void resize(int count) {
        throw new UnsupportedOperationException(
                "The workers belong to the JDK's scheduler, whose size jdk.virtualThreadScheduler.parallelism sets");
    }

    @Override
    public SchedulerKind kind() {
        return SchedulerKind.JDK;
    }

    @Override
    public List<WorkerMetrics> workers() {
        return List.of();
    }

    @Override
    public int injectionQueueDepth() {
        return 0;
    }

    @Override
    public long foreignContinuations() {
        return 0;
    }
}
