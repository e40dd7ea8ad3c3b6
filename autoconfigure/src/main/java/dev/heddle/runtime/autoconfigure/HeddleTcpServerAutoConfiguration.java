package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.net.ConnectionHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for a TCP server of each {@link ConnectionHandler} bean. Each context has
 * the servers of its own handlers, which start and stop with it.
 */
@AutoConfiguration(after = HeddleRuntimeAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnBean(AsyncRuntime.class)
public final class HeddleTcpServerAutoConfiguration {

    @Bean
    @ConditionalOnBean(value = ConnectionHandler.class, search = SearchStrategy.CURRENT)
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
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
        // Injected are those of parent contexts as well.
        TcpServersMapping.warnOfSettings(properties.getTcpServers().keySet(), handlers.keySet());
        Map<String, ConnectionHandler> own = new LinkedHashMap<>(handlers);
        own.keySet().removeIf(bean -> !context.containsLocalBean(bean));
        return new TcpServers(context, mapping.servers(own));
    }

    /** Where there is no handler there are no servers, but there may be settings that somebody believes in. */
    @Bean
    @ConditionalOnMissingBean(ConnectionHandler.class)
    static SmartInitializingSingleton heddleTcpServerSettingsCheck(ObjectProvider<HeddleProperties> properties) {
        return () -> TcpServersMapping.warnOfSettings(
                properties.getObject().getTcpServers().keySet(), Set.of());
    }
}
