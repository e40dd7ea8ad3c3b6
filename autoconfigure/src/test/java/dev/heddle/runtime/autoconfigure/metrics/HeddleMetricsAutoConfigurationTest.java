package dev.heddle.runtime.autoconfigure.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.autoconfigure.TwoRuntimes;
import dev.heddle.runtime.micrometer.HeddleMeterBinder;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Tests for {@link HeddleMetricsAutoConfiguration}. */
class HeddleMetricsAutoConfigurationTest {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(HeddleRuntimeAutoConfiguration.class, HeddleMetricsAutoConfiguration.class));

    private final ApplicationContextRunner withRegistry = contextRunner.withConfiguration(AutoConfigurations.of(
            MetricsAutoConfiguration.class,
            CompositeMeterRegistryAutoConfiguration.class,
            SimpleMetricsExportAutoConfiguration.class));

    @Test
    void meters_areRegistered() {
        withRegistry.run(context -> {
            assertThat(context).hasSingleBean(HeddleMeterBinder.class);
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.get("heddle.tasks.live").gauge().value()).isZero();
            assertThat(registry.get("heddle.blocking.threads.max").gauge().value())
                    .isEqualTo(512);
        });
    }

    @Test
    void binder_withoutRegistry_isAbsent() {
        contextRunner.run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HeddleMeterBinder.class));
    }

    @Test
    void binder_withoutRuntime_isAbsent() {
        withRegistry
                .withPropertyValues("heddle.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HeddleMeterBinder.class));
    }

    @Test
    void binder_withoutMicrometer_isAbsent() {
        contextRunner
                .withClassLoader(new FilteredClassLoader("io.micrometer"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(AsyncRuntime.class)
                        .doesNotHaveBean("heddleMeterBinder"));
    }

    @Test
    void binder_ofSeveralRuntimes_isAbsent() {
        withRegistry
                .withUserConfiguration(TwoRuntimes.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(HeddleMeterBinder.class));
    }

    @Test
    void binder_ofTheUser_stays() {
        withRegistry
                .withUserConfiguration(OwnBinder.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(HeddleMeterBinder.class)
                        .hasBean("own"));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnBinder {

        @Bean
        HeddleMeterBinder own(AsyncRuntime runtime) {
            return new HeddleMeterBinder(runtime);
        }
    }
}
