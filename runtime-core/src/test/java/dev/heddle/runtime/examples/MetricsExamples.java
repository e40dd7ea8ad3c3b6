package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.List;

/** Looking into a runtime. */
final class MetricsExamples {

    private MetricsExamples() {}

    static String load(AsyncRuntime runtime) {
        // @start region="runtime"
        RuntimeMetrics metrics = runtime.metrics();
        return metrics.liveTasks() + " tasks, " + metrics.injectionQueueDepth() + " of them not picked up yet";
        // @end
    }

    static boolean isPoolExhausted(AsyncRuntime runtime) {
        // @start region="pool"
        BlockingPoolMetrics pool = runtime.metrics().blocking();
        return pool.threads() == pool.maxThreads() && pool.queueDepth() > 0;
        // @end
    }

    static long parked(AsyncRuntime runtime) {
        // @start region="workers"
        List<WorkerMetrics> workers = runtime.metrics().workers();
        return workers.stream()
                .filter(worker -> worker.state() != WorkerMetrics.State.ACTIVE)
                .count();
        // @end
    }

    static List<TaskSnapshot> stuck(AsyncRuntime runtime) {
        // @start region="tasks"
        return runtime.tasks().stream()
                .filter(task -> task.kind() == TaskKind.ASYNC)
                .filter(task -> task.state() == TaskState.WAITING)
                .filter(task -> task.age().compareTo(Duration.ofMinutes(5)) > 0)
                .toList();
        // @end
    }
}
