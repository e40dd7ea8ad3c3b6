package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.metrics.RuntimeMetrics;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets the meters that are read in one scrape share one snapshot of the runtime. */
final class MetricsCache implements Supplier<RuntimeMetrics> {

    /** Longer than a scrape takes, shorter than anyone's interval between two. */
    static final Duration MAX_AGE = Duration.ofMillis(100);

    private final Supplier<RuntimeMetrics> source;
    private final LongSupplier nanoTime;
    private volatile @Nullable Entry latest;

    MetricsCache(Supplier<RuntimeMetrics> source, LongSupplier nanoTime) {
        this.source = source;
        this.nanoTime = nanoTime;
    }

    @Override
    public RuntimeMetrics get() {
        Entry entry = latest;
        long now = nanoTime.getAsLong();
        if (entry == null || now - entry.takenAtNanos() > MAX_AGE.toNanos()) {
            // Two readers may both get here: a second snapshot costs less than a lock would.
            entry = new Entry(source.get(), now);
            latest = entry;
        }
        return entry.metrics();
    }

    private record Entry(RuntimeMetrics metrics, long takenAtNanos) {}
}
