package dev.heddle.runtime.autoconfigure.endpoint;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.actuate.endpoint.RuntimeEndpoint;
import dev.heddle.runtime.autoconfigure.HeddleRuntimeAutoConfiguration;
import dev.heddle.runtime.context.TcpServers;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for the {@link RuntimeEndpoint}. */
@AutoConfiguration(after = HeddleRuntimeAutoConfiguration.class)
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class})
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnSingleCandidate(AsyncRuntime.class)
@ConditionalOnAvailableEndpoint(RuntimeEndpoint.class)
public final class HeddleRuntimeEndpointAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean
    RuntimeEndpoint heddleRuntimeEndpoint(AsyncRuntime runtime, ObjectProvider<TcpServers> tcpServers) {
        return new RuntimeEndpoint(runtime, tcpServers);
    }
}
