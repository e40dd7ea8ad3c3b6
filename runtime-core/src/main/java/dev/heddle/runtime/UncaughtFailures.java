package dev.heddle.runtime;

import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.TaskSnapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
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

    private static final Logger LOG = System.getLogger(AsyncRuntime.class.getName());

    /** How long a joiner may take to come. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private record Failure(TaskCell<?> task, Throwable thrown) {}

    private final Timers timers;
    private final UncaughtTaskHandler handler;

    /** Runs the handler for failures that were waited for: timers fire on a worker's own stack, where no foreign code may. */
    private final ThreadPoolExecutor reporter;

    private final LongAdder count = new LongAdder();
    private final Set<Failure> unobserved = ConcurrentHashMap.newKeySet();

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
        Failure failure = new Failure(task, thrown);
        if (task.isDetached()) {
            report(failure);
        } else if (!task.isObserved()) {
            unobserved.add(failure);
            timers.schedule(timers.nanoTime() + PATIENCE.toNanos(), () -> reporter.execute(() -> settle(failure)));
        }
    }

    private void settle(Failure failure) {
        if (unobserved.remove(failure) && !failure.task.isObserved()) {
            report(failure);
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
        for (Failure failure : unobserved) {
            settle(failure);
        }
    }

    private void report(Failure failure) {
        count.increment();
        TaskSnapshot task = failure.task.snapshot(false);
        tell(task, () -> handler.taskFailed(task, failure.thrown));
    }

    private static void tell(TaskSnapshot task, Runnable call) {
        try {
            call.run();
        } catch (Throwable failure) {
            LOG.log(Level.ERROR, "The uncaught handler failed on task " + task.id(), failure);
        }
    }

    long count() {
        return count.sum();
    }
}
