package dev.heddle.runtime.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Registers meters that read a snapshot. The meters keep the source of the snapshots alive, also when nobody else does.
 *
 * @param registry where they are registered
 * @param tags what they are tagged with
 * @param source the snapshots
 * @param <T> their type
 */
record MeterGroup<T>(MeterRegistry registry, Tags tags, Supplier<T> source) {

    MeterGroup<T> tagged(String key, String value) {
        return new MeterGroup<>(registry, tags.and(key, value), source);
    }

    void gauge(String name, @Nullable String unit, String description, ToDoubleFunction<T> value) {
        Gauge.builder(name, () -> read(value))
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    /**
     * Registers a counter, which never goes down: of two threads that read at the same time the slower may bring the older
     * snapshot, and the numbers in one are not all of the same moment.
     */
    void counter(String name, @Nullable String unit, String description, ToDoubleFunction<T> value) {
        DoubleAccumulator highest = new DoubleAccumulator(Math::max, 0);
        FunctionCounter.builder(name, highest, _ -> {
                    highest.accumulate(read(value));
                    return highest.get();
                })
                .tags(tags)
                .baseUnit(unit)
                .description(description)
                .register(registry);
    }

    private double read(ToDoubleFunction<T> value) {
        return value.applyAsDouble(source.get());
    }
}
