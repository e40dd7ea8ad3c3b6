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
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that no failure is swallowed: one that nobody has observed through the task's handle within
 * {@link #PATIENCE} is given to the handler. Somebody may still join the task later and gets the failure as well.
 *
 * <p>The handler is called on a thread of its own. Timers fire on a worker's own stack, where no foreign code may run; and a
 * handler that ends the application on the failing task, which is live until it returns, would make the shutdown wait for
 * its own caller.
 */
final class UncaughtFailures {

    /** How long a joiner may take to come, and at the end a handler to return. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Timers timers;
    private final UncaughtTaskHandler handler;

    private final ThreadPoolExecutor reporter;
    private final LongAdder count = new LongAdder();

    /**
     * What is not reported yet; whoever removes one reports it. By task, whose identity is its own: {@code hashCode} and
     * {@code equals} of what was thrown may be anything.
     */
    private final Map<TaskCell<?>, Throwable> pending = new ConcurrentHashMap<>();

    private volatile @Nullable Thread reporting;

    UncaughtFailures(
            Timers timers, String namePrefix, @Nullable ClassLoader contextClassLoader, UncaughtTaskHandler handler) {
        this.timers = timers;
        this.handler = handler;
        this.reporter = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                body -> newThread(namePrefix + "uncaught", contextClassLoader, body),
                new ThreadPoolExecutor.DiscardPolicy());
        reporter.allowCoreThreadTimeOut(true);
    }

    /** The task that happens to fail first makes the thread, and leaves nothing of its own to it. */
    private static Thread newThread(String name, @Nullable ClassLoader contextClassLoader, Runnable body) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
        thread.setContextClassLoader(contextClassLoader);
        return thread;
    }

    void taskFailed(TaskCell<?> task, Throwable thrown) {
        if (task.isDetached()) {
            pending.put(task, thrown);
            onReporter(() -> settle(task));
            if (reporter.isShutdown()) {
                // The close may not have seen it. It is the failure of a task that was given up.
                settle(task);
            }
        } else if (!task.isObserved()) {
            pending.put(task, thrown);
            timers.schedule(timers.nanoTime() + PATIENCE.toNanos(), () -> onReporter(() -> settle(task)));
        }
    }

    private void onReporter(Runnable call) {
        reporter.execute(() -> {
            reporting = Thread.currentThread();
            try {
                call.run();
            } finally {
                reporting = null;
            }
        });
    }

    private void settle(TaskCell<?> task) {
        Throwable thrown = pending.remove(task);
        if (thrown != null && (task.isDetached() || !task.isObserved())) {
            report(task, thrown);
        }
    }

    /** Tells the handler of a body that has not reacted to the end of its time, with the stack that it has now. */
    void taskOverran(TaskCell<?> task, Duration limit) {
        onReporter(() -> {
            TaskSnapshot running = task.snapshot(true);
            TimeoutException overrun = new TimeoutException("Task " + task.describe() + " was given " + limit
                    + ", was interrupted after that, and still goes on");
            overrun.setStackTrace(running.stack().toArray(StackTraceElement[]::new));
            tell(running, () -> handler.taskOverran(running, overrun));
        });
    }

    /**
     * Decides on everything at once, at shutdown, when no timer fires any more. Then waits for the handler, unless it is the
     * handler that shuts down; and not for long, since it may be what waits for the shutdown.
     *
     * @param deadlineNanos when to stop waiting at the latest, in terms of {@link System#nanoTime()}
     */
    void close(long deadlineNanos) {
        reporter.shutdown();
        for (TaskCell<?> task : pending.keySet()) {
            settle(task);
        }
        if (Thread.currentThread() != reporting) {
            awaitReporter(Math.min(PATIENCE.toNanos(), deadlineNanos - System.nanoTime()));
        }
    }

    private void awaitReporter(long nanos) {
        try {
            reporter.awaitTermination(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
