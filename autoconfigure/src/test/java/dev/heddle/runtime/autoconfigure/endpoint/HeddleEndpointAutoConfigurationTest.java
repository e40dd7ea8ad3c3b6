package dev.heddle.runtime.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.actuate.endpoint.AsyncTasksEndpoint;
import dev.heddle.runtime.actuate.endpoint.AsyncTasksEndpointWebExtension;
import dev.heddle.runtime.actuate.endpoint.RuntimeEndpoint;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.autoconfigure.TwoRuntimes;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests for {@link HeddleRuntimeEndpointAutoConfiguration} and {@link HeddleAsyncTasksEndpointAutoConfiguration}. */
class HeddleEndpointAutoConfigurationTest {

    private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    HeddleRuntimeAutoConfiguration.class,
                    HeddleRuntimeEndpointAutoConfiguration.class,
                    HeddleAsyncTasksEndpointAutoConfiguration.class));

    @Test
    void endpoints_whenExposed_arePresent() {
        contextRunner
                .withPropertyValues("management.endpoints.web.exposure.include=runtime,asynctasks")
                .run(context -> assertThat(context)
                        .hasSingleBean(RuntimeEndpoint.class)
                        .hasSingleBean(AsyncTasksEndpoint.class)
                        .hasSingleBean(AsyncTasksEndpointWebExtension.class));
    }

    @Test
    void endpoints_ofSeveralRuntimes_areAbsent() {
        contextRunner
                .withPropertyValues("management.endpoints.web.exposure.include=runtime,asynctasks")
                .withUserConfiguration(TwoRuntimes.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RuntimeEndpoint.class)
                        .doesNotHaveBean(AsyncTasksEndpoint.class)
                        .doesNotHaveBean(AsyncTasksEndpointWebExtension.class));
    }

    @Test
    void endpoints_whenExposedOverJmxOnly_haveNoWebExtension() {
        contextRunner
                .withPropertyValues("spring.jmx.enabled=true", "management.endpoints.jmx.exposure.include=*")
                .run(context -> assertThat(context)
                        .hasSingleBean(AsyncTasksEndpoint.class)
                        .doesNotHaveBean(AsyncTasksEndpointWebExtension.class));
    }

    @Test
    void endpoints_whenNotExposed_areAbsent() {
        contextRunner.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(RuntimeEndpoint.class)
                .doesNotHaveBean(AsyncTasksEndpoint.class)
                .doesNotHaveBean(AsyncTasksEndpointWebExtension.class));
    }

    @Test
    void endpoints_withoutAccess_areAbsent() {
        contextRunner
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=*",
                        "management.endpoint.runtime.access=NONE",
                        "management.endpoint.asynctasks.access=NONE")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(RuntimeEndpoint.class)
                        .doesNotHaveBean(AsyncTasksEndpoint.class));
    }

    @Test
    void endpoints_withoutRuntime_areAbsent() {
        contextRunner
                .withPropertyValues("management.endpoints.web.exposure.include=*", "heddle.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(RuntimeEndpoint.class)
                        .doesNotHaveBean(AsyncTasksEndpoint.class));
    }

    @Test
    void endpoints_withoutActuator_areAbsent() {
        contextRunner
                .withClassLoader(new FilteredClassLoader(Endpoint.class.getPackageName()))
                .withPropertyValues("management.endpoints.web.exposure.include=*")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(AsyncRuntime.class)
                        .doesNotHaveBean("heddleRuntimeEndpoint")
                        .doesNotHaveBean("heddleAsyncTasksEndpoint"));
    }

    @Test
    void endpoints_ofTheUser_stay() {
        contextRunner
                .withPropertyValues("management.endpoints.web.exposure.include=*")
                .withBean("own", RuntimeEndpoint.class)
                .withBean("ownTasks", AsyncTasksEndpoint.class)
                .run(context -> assertThat(context)
                        .hasSingleBean(RuntimeEndpoint.class)
                        .hasBean("own")
                        .hasSingleBean(AsyncTasksEndpoint.class)
                        .hasBean("ownTasks"));
    }
}
