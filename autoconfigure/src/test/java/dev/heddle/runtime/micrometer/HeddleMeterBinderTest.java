package dev.heddle.runtime.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Tests for {@link HeddleMeterBinder}. */
class HeddleMeterBinderTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().name("meters").workerThreads(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void tasks_areCountedByOutcome() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        runtime.spawn(() -> 1).join();
        runtime.spawn(TaskOptions.DEFAULT.asDetached(), () -> {
            throw new IllegalStateException("counted");
        });
        await().untilAsserted(() -> {
            assertThat(counter("heddle.tasks.spawned")).isEqualTo(2);
            assertThat(counter("heddle.tasks.ended", "outcome", "succeeded")).isEqualTo(1);
            assertThat(counter("heddle.tasks.ended", "outcome", "failed")).isEqualTo(1);
            assertThat(counter("heddle.tasks.ended", "outcome", "aborted")).isZero();
            assertThat(counter("heddle.tasks.uncaught")).isEqualTo(1);
            assertThat(counter("heddle.io.accepts.refused")).isZero();
            assertThat(registry.get("heddle.tasks.live").gauge().value()).isZero();
        });
    }

    @Test
    void blockingPool_isMeasured() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        runtime.spawnBlocking(() -> 1).join();
        await().untilAsserted(() -> {
            assertThat(counter("heddle.blocking.completed")).isEqualTo(1);
            assertThat(registry.get("heddle.blocking.threads").gauge().value()).isEqualTo(1);
            assertThat(registry.get("heddle.blocking.idle").gauge().value()).isEqualTo(1);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workers_areTaggedByIndex() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        assertThat(registry.get("heddle.workers").gauge().value()).isEqualTo(2);
        assertThat(registry.get("heddle.worker.queue.depth").gauges())
                .extracting(gauge -> gauge.getId().getTag("worker"))
                .containsExactlyInAnyOrder("0", "1");
        runtime.spawn(() -> 1).join();
        await().until(() ->
                counter("heddle.worker.runs", "worker", "0") + counter("heddle.worker.runs", "worker", "1") >= 1);
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workers_thatAreGone_keepTheirCounts() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        runTasks(200);
        resizeTo(1);
        double runs = counter("heddle.worker.runs", "worker", "1");
        assertThat(registry.get("heddle.workers").gauge().value()).isOne();
        runTasks(200);
        awaitNextSnapshot();
        assertThat(counter("heddle.worker.runs", "worker", "1")).isEqualTo(runs);
        assertThat(queueDepth("1")).isZero();
        assertThat(counter("heddle.worker.runs", "worker", "0")).isPositive();
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workers_thatComeLater_areMeasuredInEachRegistry() {
        SimpleMeterRegistry second = new SimpleMeterRegistry();
        HeddleMeterBinder binder = new HeddleMeterBinder(runtime);
        binder.bindTo(registry);
        binder.bindTo(second);
        resizeTo(4);
        for (SimpleMeterRegistry each : List.of(registry, second)) {
            assertThat(each.get("heddle.worker.queue.depth").gauges())
                    .extracting(gauge -> gauge.getId().getTag("worker"))
                    .containsExactlyInAnyOrder("0", "1", "2", "3");
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workers_thatTakeTheIndexOfAnother_goOnWithItsCounts() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        Map<String, Double> before = Map.of();
        for (int workers : new int[] {1, 3, 2, 4, 1, 4}) {
            runTasks(100);
            resizeTo(workers);
            Map<String, Double> now = workerCounts();
            before.forEach(
                    (meter, count) -> assertThat(now.get(meter)).as(meter).isGreaterThanOrEqualTo(count));
            before = now;
        }
        double counted = registry.find("heddle.worker.runs").functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
        assertThat(counted).isGreaterThanOrEqualTo(600);
    }

    private void runTasks(int count) {
        List<JoinHandle<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(runtime.spawn(() -> 1));
        }
        tasks.forEach(JoinHandle::join);
    }

    private void resizeTo(int workers) {
        runtime.resize(workers);
        await().until(() -> registry.get("heddle.workers").gauge().value() == workers);
    }

    /** Waits until the meters show what was done before. */
    private void awaitNextSnapshot() {
        double spawned = runtime.metrics().spawned();
        await().until(() -> counter("heddle.tasks.spawned") == spawned);
    }

    private Map<String, Double> workerCounts() {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getTag("worker") != null && meter instanceof FunctionCounter)
                .collect(Collectors.toMap(
                        meter -> meter.getId().getName() + meter.getId().getTags(),
                        meter -> ((FunctionCounter) meter).count()));
    }

    private double queueDepth(String worker) {
        return registry.get("heddle.worker.queue.depth")
                .tag("worker", worker)
                .gauge()
                .value();
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
    void workers_ofTheFallback_areNone() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        assertThat(registry.get("heddle.workers").gauge().value()).isZero();
        assertThat(registry.find("heddle.worker.runs").meter()).isNull();
    }

    @Test
    void info_saysWhatRunsTheTasks() {
        new HeddleMeterBinder(runtime).bindTo(registry);
        assertThat(registry.get("heddle.info")
                        .tag("scheduler", System.getProperty("heddle.test.scheduler", "workers"))
                        .gauge()
                        .value())
                .isOne();
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void info_ofTheCurrentThreadFlavor_saysSo() {
        try (AsyncRuntime single = AsyncRuntime.newCurrentThread().build()) {
            new HeddleMeterBinder(single).bindTo(registry);
            assertThat(registry.get("heddle.info")
                            .tag("scheduler", "current-thread")
                            .gauge()
                            .value())
                    .isOne();
            assertThat(registry.get("heddle.workers").gauge().value()).isOne();
        }
    }

    @Test
    void meters_haveDescriptionsAndTheTagsGiven() {
        new HeddleMeterBinder(runtime, Tags.of("runtime", "a")).bindTo(registry);
        Map<String, Meter.Id> ids = registry.getMeters().stream()
                .collect(Collectors.toMap(
                        meter -> meter.getId().getName() + meter.getId().getTags(), Meter::getId));
        assertThat(ids).allSatisfy((name, id) -> {
            assertThat(name).startsWith("heddle.");
            assertThat(id.getDescription()).isNotBlank();
            assertThat(id.getTag("runtime")).isEqualTo("a");
        });
    }

    private double counter(String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }
}
