package dev.heddle.runtime.autoconfigure.metrics;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.micrometer.HeddleMeterBinder;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for the {@link HeddleMeterBinder}. */
@AutoConfiguration(
        after = HeddleRuntimeAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({AsyncRuntime.class, MeterRegistry.class})
public final class HeddleMetricsAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    HeddleMeterBinder heddleMeterBinder(AsyncRuntime runtime) {
        return new HeddleMeterBinder(runtime);
    }
}
