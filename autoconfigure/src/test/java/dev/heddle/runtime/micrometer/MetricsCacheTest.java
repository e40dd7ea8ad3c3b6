package dev.heddle.runtime.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests for {@link MetricsCache}. */
class MetricsCacheTest {

    private final AtomicInteger snapshots = new AtomicInteger();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE);

    @Test
    void readings_closeTogether_shareOneSnapshot() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            MetricsCache cache = new MetricsCache(
                    () -> {
                        snapshots.incrementAndGet();
                        return runtime.metrics();
                    },
                    clock::get);
            assertThat(cache.get()).isSameAs(cache.get());
            clock.addAndGet(MetricsCache.MAX_AGE.toNanos());
            cache.get();
            assertThat(snapshots).hasValue(1);
            clock.incrementAndGet();
            cache.get();
            assertThat(snapshots).hasValue(2);
        }
    }
}
