package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.net.ConnectionHandler;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/** {@link EnableAutoConfiguration Auto-configuration} for a TCP server of each {@link ConnectionHandler} bean. */
@AutoConfiguration(after = HeddleRuntimeAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnBean(AsyncRuntime.class)
public final class HeddleTcpServerAutoConfiguration {

    @Bean
    @ConditionalOnBean(ConnectionHandler.class)
    @ConditionalOnMissingBean
    TcpServers heddleTcpServers(
            AsyncRuntime runtime,
            Map<String, ConnectionHandler> handlers,
            HeddleProperties properties,
            ObjectProvider<TcpServerBuilderCustomizer> customizers,
            ObjectProvider<LifecycleProperties> lifecycle,
            ConfigurableApplicationContext context) {
        LifecycleProperties phases = lifecycle.getIfAvailable();
        TcpServersMapping mapping = new TcpServersMapping(
                properties.getTcpServers(),
                runtime,
                phases == null ? null : phases.getTimeoutPerShutdownPhase(),
                customizers.orderedStream().toList());
        return new TcpServers(context, mapping.servers(handlers));
    }

    /** Where there is no handler there are no servers, but there may be settings that somebody believes in. */
    @Bean
    @ConditionalOnMissingBean(ConnectionHandler.class)
    static SmartInitializingSingleton heddleTcpServerSettingsCheck(ObjectProvider<HeddleProperties> properties) {
        return () -> TcpServersMapping.warnOfSettings(
                properties.getObject().getTcpServers().keySet(), Set.of());
    }
}
