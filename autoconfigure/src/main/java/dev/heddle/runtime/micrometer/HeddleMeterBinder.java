package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.WorkerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;

/**
 * {@link MeterBinder} for an {@link AsyncRuntime}. Its tags are few and fixed: the index of a worker, the outcome of a
 * task, what runs the tasks. All meters that are read within a tenth of a second show the same moment.
 */
public class HeddleMeterBinder implements MeterBinder {

    private final MetricsCache metrics;
    private final Tags tags;

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
        this.metrics = new MetricsCache(runtime::metrics, System::nanoTime);
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        MeterGroup<RuntimeMetrics> whole = new MeterGroup<>(registry, tags, metrics);
        bindInfo(whole);
        bindTasks(whole);
        bindBlockingPool(new MeterGroup<>(registry, tags, () -> metrics.get().blocking()));
        int workers = metrics.get().workers().size();
        for (int i = 0; i < workers; i++) {
            int index = i;
            bindWorker(new MeterGroup<>(
                            registry, tags, () -> metrics.get().workers().get(index))
                    .tagged("worker", Integer.toString(index)));
        }
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

    private void bindWorker(MeterGroup<WorkerMetrics> group) {
        group.gauge(
                "heddle.worker.queue.depth",
                BaseUnits.TASKS,
                "Tasks in the queue of the worker",
                WorkerMetrics::localQueueDepth);
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
