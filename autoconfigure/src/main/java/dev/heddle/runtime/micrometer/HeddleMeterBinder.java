package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/**
 * {@link MeterBinder} for an {@link AsyncRuntime}. Its tags are few and fixed: the index of a worker, the outcome of a
 * task, what runs the tasks. All meters that are read within a tenth of a second show the same moment.
 *
 * <p>When the runtime is {@linkplain AsyncRuntime#resize resized}, a new worker gets its meters as soon as any meter is read
 * afterwards. Those of a worker that has left stay, as meters do, with its last counts.
 */
public class HeddleMeterBinder implements MeterBinder {

    private final MetricsCache metrics;
    private final Tags tags;
    private final WorkerMeters workers;

    /**
     * Makes a binder without extra tags.
     *
     * @param runtime the runtime to be measured
     */
    public HeddleMeterBinder(AsyncRuntime runtime) {
        this(runtime, Tags.empty());
    }

    /**
     * Makes a binder.
     *
     * @param runtime the runtime to be measured
     * @param tags put on every meter, to tell several runtimes apart
     */
    public HeddleMeterBinder(AsyncRuntime runtime, Iterable<Tag> tags) {
        this.tags = Tags.of(tags);
        this.metrics = new MetricsCache(() -> snapshotOf(runtime), System::nanoTime);
        this.workers = new WorkerMeters(this.tags, metrics);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        MeterGroup<RuntimeMetrics> whole = new MeterGroup<>(registry, tags, metrics);
        bindInfo(whole);
        bindTasks(whole);
        bindBlockingPool(new MeterGroup<>(registry, tags, () -> metrics.get().blocking()));
        workers.bindTo(registry);
    }

    private RuntimeMetrics snapshotOf(AsyncRuntime runtime) {
        RuntimeMetrics snapshot = runtime.metrics();
        workers.update(snapshot);
        return snapshot;
    }

    private void bindInfo(MeterGroup<RuntimeMetrics> group) {
        String scheduler =
                metrics.get().scheduler().name().toLowerCase(Locale.ROOT).replace('_', '-');
        group.tagged("scheduler", scheduler).gauge("heddle.info", null, "What runs the tasks; always 1", _ -> 1);
    }

    private void bindTasks(MeterGroup<RuntimeMetrics> group) {
        group.gauge("heddle.tasks.live", BaseUnits.TASKS, "Tasks spawned and not ended", RuntimeMetrics::liveTasks);
        group.counter("heddle.tasks.spawned", BaseUnits.TASKS, "Tasks spawned", RuntimeMetrics::spawned);
        String ended = "Tasks that have ended, by outcome";
        group.tagged("outcome", "succeeded")
                .counter("heddle.tasks.ended", BaseUnits.TASKS, ended, RuntimeMetrics::succeeded);
        group.tagged("outcome", "failed").counter("heddle.tasks.ended", BaseUnits.TASKS, ended, RuntimeMetrics::failed);
        group.tagged("outcome", "aborted")
                .counter("heddle.tasks.ended", BaseUnits.TASKS, ended, RuntimeMetrics::aborted);
        group.counter(
                "heddle.tasks.uncaught",
                BaseUnits.TASKS,
                "Failures that nobody observed",
                RuntimeMetrics::uncaughtFailures);
        group.gauge(
                "heddle.workers",
                BaseUnits.THREADS,
                "Threads that run tasks; none when the JDK's scheduler does",
                snapshot -> snapshot.workers().size());
        group.gauge(
                "heddle.injection.queue.depth",
                BaseUnits.TASKS,
                "Tasks handed in from outside the workers and not taken yet",
                RuntimeMetrics::injectionQueueDepth);
        group.gauge("heddle.timers.armed", null, "Timers waiting for their deadline", RuntimeMetrics::armedTimers);
        group.gauge(
                "heddle.io.registrations",
                null,
                "Sockets registered with the I/O driver",
                RuntimeMetrics::ioRegistrations);
        group.counter(
                "heddle.io.accepts.refused",
                null,
                "Times that the system had no descriptor or memory for a connection",
                RuntimeMetrics::refusedAccepts);
    }

    private void bindBlockingPool(MeterGroup<BlockingPoolMetrics> group) {
        group.gauge("heddle.blocking.threads", BaseUnits.THREADS, "Threads of the pool", BlockingPoolMetrics::threads);
        group.gauge(
                "heddle.blocking.threads.max",
                BaseUnits.THREADS,
                "Most threads that the pool may have",
                BlockingPoolMetrics::maxThreads);
        group.gauge(
                "heddle.blocking.idle",
                BaseUnits.THREADS,
                "Threads of the pool that wait for a task",
                BlockingPoolMetrics::idleThreads);
        group.gauge(
                "heddle.blocking.queue.depth",
                BaseUnits.TASKS,
                "Blocking tasks that wait for a thread",
                BlockingPoolMetrics::queueDepth);
        group.counter(
                "heddle.blocking.completed",
                BaseUnits.TASKS,
                "Blocking tasks that have ended",
                BlockingPoolMetrics::completed);
        group.counter(
                "heddle.blocking.rejected",
                BaseUnits.TASKS,
                "Blocking tasks refused because the queue was full",
                BlockingPoolMetrics::rejected);
    }
}
