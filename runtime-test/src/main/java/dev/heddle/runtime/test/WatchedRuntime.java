package dev.heddle.runtime.test;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.AsyncRuntimeBuilder;
import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The runtime of one test, and what that test did wrong with it. */
final class WatchedRuntime implements AutoCloseable {

    /** What the test does. */
    interface Body {
        @Nullable
        Void run() throws Throwable;
    }

    private final AsyncRuntime runtime;
    private final long graceNanos;
    private final Findings findings = new Findings();

    private WatchedRuntime(AsyncRuntimeBuilder builder, long graceMillis) {
        this.graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
        this.runtime = builder.name("test").uncaughtTaskHandler(findings).build();
    }

    static WatchedRuntime of(RuntimeTest test) {
        AsyncRuntimeBuilder builder = test.workerThreads() == 0
                ? AsyncRuntime.newCurrentThread()
                : AsyncRuntime.newMultiThread().workerThreads(test.workerThreads());
        if (test.startPaused()) {
            builder.startPaused();
        }
        if (test.seed() != RuntimeTest.UNSEEDED) {
            builder.seed(test.seed());
        }
        return new WatchedRuntime(builder, test.graceMillis());
    }

    AsyncRuntime runtime() {
        return runtime;
    }

    /** Runs the test, ends the runtime and throws what the test threw, or else what it has left undone. */
    void run(Body body) throws Throwable {
        Throwable failure = null;
        try {
            runtime.<@Nullable Void, Throwable>blockOn(body::run);
        } catch (Throwable thrown) {
            failure = thrown;
        }
        List<TaskSnapshot> leftovers = awaitEnd();
        runtime.shutdown(Duration.ZERO);
        if (!leftovers.isEmpty()) {
            failure = with(failure, leftOver(leftovers));
        }
        for (AssertionError finding : findings.all) {
            failure = with(failure, finding);
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** Lets the tasks run for a while and returns those that are left. */
    private List<TaskSnapshot> awaitEnd() {
        return runtime.<List<TaskSnapshot>, RuntimeException>blockOn(() -> {
            long begin = System.nanoTime();
            List<TaskSnapshot> left = others();
            while (!left.isEmpty() && System.nanoTime() - begin < graceNanos) {
                Task.yieldNow();
                left = others();
            }
            return left.stream()
                    .map(task -> runtime.task(new TaskId(task.id())).orElse(task))
                    .toList();
        });
    }

    private List<TaskSnapshot> others() {
        return runtime.tasks().stream()
                .filter(task -> task.kind() != TaskKind.BLOCK_ON)
                .toList();
    }

    private static Throwable with(@Nullable Throwable first, AssertionError next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }

    private static AssertionError leftOver(List<TaskSnapshot> tasks) {
        StringBuilder message = new StringBuilder("The test has left " + tasks.size()
                + (tasks.size() == 1 ? " task" : " tasks") + " running. Join or abort what it spawns:");
        for (TaskSnapshot task : tasks) {
            message.append(System.lineSeparator()).append("  ").append(describe(task));
            for (StackTraceElement frame : task.stack()) {
                message.append(System.lineSeparator()).append("      at ").append(frame);
            }
        }
        return new AssertionError(message.toString());
    }

    /** What the runtime told of while the test ran. */
    private static final class Findings implements UncaughtTaskHandler {

        private final Queue<AssertionError> all = new ConcurrentLinkedQueue<>();

        @Override
        public void taskFailed(TaskSnapshot task, Throwable failure) {
            all.add(new AssertionError(describe(task) + " has failed, and the test has not joined it", failure));
        }

        @Override
        public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
            all.add(new AssertionError(
                    describe(task) + " has gone on for a second after its time, and its interrupt, were over",
                    overrun));
        }
    }

    private static String describe(TaskSnapshot task) {
        return (task.name() == null ? "task" : task.name()) + "#" + task.id() + ", " + task.state()
                + (task.waitingOn() == null ? "" : " on " + task.waitingOn());
    }

    /** For a test whose method was not reached. */
    @Override
    public void close() {
        runtime.shutdown(Duration.ZERO);
    }
}
