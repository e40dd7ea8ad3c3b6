package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.AbortHandle;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.task.TaskOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Tasks, their handles and what they know of themselves. */
final class TaskExamples {

    private TaskExamples() {}

    // @start region="spawner"
    /** Needs nothing of the runtime but to start tasks, so it asks for nothing else. */
    record Exporter(Spawner spawner) {

        JoinHandle<String> export(Path file) {
            return spawner.spawnBlocking(TaskOptions.named("export"), () -> Files.readString(file));
        }
    }
    // @end

    static int join(Spawner spawner, Callable<Integer> half) {
        // @start region="join"
        JoinHandle<Integer> left = spawner.spawn(half);
        JoinHandle<Integer> right = spawner.spawn(half);
        return left.join() + right.join(); // suspends a task, blocks an ordinary thread
        // @end
    }

    static long sum(long[] values) throws InterruptedException {
        // @start region="task"
        long sum = 0;
        for (int i = 0; i < values.length; i++) {
            if (i % 100_000 == 0) {
                Task.checkpoint(); // throws if the task was aborted
                Task.yieldNow(); // lets others run
            }
            sum += values[i];
        }
        return sum;
        // @end
    }

    static boolean abort(AsyncRuntime runtime, long number) {
        // @start region="id"
        TaskId id = new TaskId(number); // as a listing shows it
        return runtime.abort(id);
        // @end
    }

    // @start region="options"
    static final TaskOptions REFRESH = TaskOptions.named("refresh").asDetached();

    static void refreshLater(Spawner spawner, Runnable refresh) {
        spawner.spawn(REFRESH, refresh);
    }
    // @end

    static Runnable button(JoinHandle<byte[]> download) {
        // @start region="abort-handle"
        AbortHandle stop = download.abortHandle(); // outlives the download, and does not keep its megabytes
        return () -> stop.abort();
        // @end
    }
}
