package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.metrics.RuntimeMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Registers meters that read one part of a snapshot. The meters keep the source of the snapshots alive, also when nobody
 * else does.
 *
 * @param registry where they are registered
 * @param tags what they are tagged with
 * @param source the snapshots
 * @param part the part of a snapshot that they read
 * @param <T> the type of that part
 */
record MeterGroup<T>(
        MeterRegistry registry, Tags tags, Supplier<RuntimeMetrics> source, Function<RuntimeMetrics, T> part) {

    MeterGroup<T> tagged(String key, String value) {
        return new MeterGroup<>(registry, tags.and(key, value), source, part);
    }

    void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<T> value) {
        Gauge.builder(name, () -> read(value))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    void counter(String name, @Nullable String unit, String description, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, this, _ -> read(value))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private double read(ToDoubleFunction<T> value) {
        return value.applyAsDouble(part.apply(source.get()));
    }
}
