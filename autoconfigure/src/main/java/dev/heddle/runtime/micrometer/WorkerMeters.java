package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * The meters of workers, whose number may change. A worker gets its meters, in every registry, when a snapshot shows it for
 * the first time. One that is gone keeps them, with its last counts and nothing in its queue: the next worker of its index
 * goes on with them.
 */
final class WorkerMeters {

    private final Tags tags;
    private final Supplier<RuntimeMetrics> snapshots;
    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<Integer, WorkerMetrics> lastSeen = new ConcurrentHashMap<>();

    /**
     * Makes the meters of a runtime, in no registry yet.
     *
     * @param tags put on every meter
     * @param snapshots asked when a meter is read; those that it hands out have been shown to {@link #update}
     */
    WorkerMeters(Tags tags, Supplier<RuntimeMetrics> snapshots) {
        this.tags = tags;
        this.snapshots = snapshots;
    }

    void bindTo(MeterRegistry registry) {
        update(snapshots.get());
        // Added first: a worker that comes meanwhile may be bound twice, which changes nothing, but is not missed.
        registries.add(registry);
        lastSeen.keySet().forEach(index -> bind(index, registry));
    }

    /** Looks for new workers in a snapshot. */
    void update(RuntimeMetrics snapshot) {
        for (WorkerMetrics worker : snapshot.workers()) {
            if (lastSeen.put(worker.index(), worker) == null) {
                registries.forEach(registry -> bind(worker.index(), registry));
            }
        }
    }

    private void bind(int index, MeterRegistry registry) {
        MeterGroup<WorkerMetrics> group =
                new MeterGroup<>(registry, tags, () -> worker(index)).tagged("worker", Integer.toString(index));
        group.gauge(
                "heddle.worker.queue.depth",
                BaseUnits.TASKS,
                "Tasks in the queue of the worker",
                _ -> queueDepth(index));
        group.counter(
                "heddle.worker.runs", null, "Times that the worker started or resumed a task", WorkerMetrics::runs);
        group.counter(
                "heddle.worker.parks", null, "Times that the worker slept for want of work", WorkerMetrics::parks);
        group.counter(
                "heddle.worker.steals", null, "Times that the worker took tasks of another", WorkerMetrics::steals);
        group.counter(
                "heddle.worker.overflows",
                null,
                "Times that the queue of the worker was full",
                WorkerMetrics::overflows);
        group.counter(
                "heddle.worker.busy",
                "seconds",
                "Time that the worker was not parked",
                worker -> worker.busy().toNanos() / 1e9);
    }

    private WorkerMetrics worker(int index) {
        var _ = snapshots.get(); // brings the last seen up to date
        return Objects.requireNonNull(lastSeen.get(index));
    }

    private int queueDepth(int index) {
        return snapshots.get().workers().stream()
                .filter(worker -> worker.index() == index)
                .mapToInt(WorkerMetrics::localQueueDepth)
                .sum();
    }
}
