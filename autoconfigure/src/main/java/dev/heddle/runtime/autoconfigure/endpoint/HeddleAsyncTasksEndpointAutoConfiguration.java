package dev.heddle.runtime.autoconfigure.endpoint;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.actuate.endpoint.AsyncTasksEndpoint;
import dev.heddle.runtime.actuate.endpoint.AsyncTasksEndpointWebExtension;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for the {@link AsyncTasksEndpoint}. */
@AutoConfiguration(after = HeddleRuntimeAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(AsyncRuntime.class)
@ConditionalOnAvailableEndpoint(AsyncTasksEndpoint.class)
public final class HeddleAsyncTasksEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    AsyncTasksEndpoint heddleAsyncTasksEndpoint(AsyncRuntime runtime) {
        return new AsyncTasksEndpoint(runtime);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    AsyncTasksEndpointWebExtension heddleAsyncTasksEndpointWebExtension(AsyncTasksEndpoint endpoint) {
        return new AsyncTasksEndpointWebExtension(endpoint);
    }
}
