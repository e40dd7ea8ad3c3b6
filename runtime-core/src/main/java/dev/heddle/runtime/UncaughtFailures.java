package dev.heddle.runtime;

import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.TaskSnapshot;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sees to it that no failure is swallowed: one that nobody has observed through the task's handle within
 * {@link #PATIENCE} is given to the handler. Somebody may still join the task later and gets the failure as well.
 */
final class UncaughtFailures {

    /** How long a joiner may take to come. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Timers timers;
    private final UncaughtTaskHandler handler;

    /** Runs the handler for failures that were waited for: timers fire on a worker's own stack, where no foreign code may. */
    private final ThreadPoolExecutor reporter;

    private final LongAdder count = new LongAdder();

    /** By task, whose identity is its own: {@code hashCode} and {@code equals} of what was thrown may be anything. */
    private final Map<TaskCell<?>, Throwable> unobserved = new ConcurrentHashMap<>();

    UncaughtFailures(Timers timers, String namePrefix, UncaughtTaskHandler handler) {
        this.timers = timers;
        this.handler = handler;
        this.reporter = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(namePrefix + "uncaught").factory());
        reporter.allowCoreThreadTimeOut(true);
    }

    void taskFailed(TaskCell<?> task, Throwable thrown) {
        if (task.isDetached()) {
            report(task, thrown);
        } else if (!task.isObserved()) {
            unobserved.put(task, thrown);
            timers.schedule(timers.nanoTime() + PATIENCE.toNanos(), () -> reporter.execute(() -> settle(task)));
        }
    }

    private void settle(TaskCell<?> task) {
        Throwable thrown = unobserved.remove(task);
        if (thrown != null && !task.isObserved()) {
            report(task, thrown);
        }
    }

    /** Tells the handler of a body that has not reacted to the end of its time, with the stack that it has now. */
    void taskOverran(TaskCell<?> task, Duration limit) {
        reporter.execute(() -> {
            TaskSnapshot running = task.snapshot(true);
            TimeoutException overrun = new TimeoutException("Task " + task.describe() + " was given " + limit
                    + ", was interrupted after that, and still goes on");
            overrun.setStackTrace(running.stack().toArray(StackTraceElement[]::new));
            tell(running, () -> handler.taskOverran(running, overrun));
        });
    }

    /** Decides on everything at once, at shutdown, when no timer fires any more. */
    void close() {
        reporter.shutdown();
        for (TaskCell<?> task : unobserved.keySet()) {
            settle(task);
        }
    }

    private void report(TaskCell<?> task, Throwable thrown) {
        count.increment();
        TaskSnapshot failed = task.snapshot(false);
        tell(failed, () -> handler.taskFailed(failed, thrown));
    }

    private static void tell(TaskSnapshot task, Runnable call) {
        try {
            call.run();
        } catch (Throwable failure) {
            SafeLog.error(AsyncRuntime.class, "The uncaught handler failed on task " + task.id(), failure);
        }
    }

    long count() {
        return count.sum();
    }
}
