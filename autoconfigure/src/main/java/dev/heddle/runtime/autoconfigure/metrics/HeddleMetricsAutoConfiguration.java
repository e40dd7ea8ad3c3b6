package dev.heddle.runtime.autoconfigure.metrics;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.autoconfigure.HeddleTcpServerAutoConfiguration;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.micrometer.HeddleMeterBinder;
import dev.heddle.runtime.micrometer.TcpServerMeterBinder;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for the {@link HeddleMeterBinder} and the {@link TcpServerMeterBinder}. */
@AutoConfiguration(
        after = {HeddleRuntimeAutoConfiguration.class, HeddleTcpServerAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnBean(MeterRegistry.class)
public final class HeddleMetricsAutoConfiguration {

    @Bean
    @ConditionalOnSingleCandidate(AsyncRuntime.class)
    @ConditionalOnMissingBean
    HeddleMeterBinder heddleMeterBinder(AsyncRuntime runtime) {
        return new HeddleMeterBinder(runtime);
    }

    @Bean
    @ConditionalOnBean(TcpServers.class)
    @ConditionalOnMissingBean
    TcpServerMeterBinder heddleTcpServerMeterBinder(TcpServers servers) {
        return new TcpServerMeterBinder(servers);
    }
}
