package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.AsyncRuntimeBuilder;
import dev.heddle.runtime.ContextCarrier;
import dev.heddle.runtime.NetDriverUnavailableException;
import dev.heddle.runtime.RuntimeListener;
import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.context.AsyncRuntimeLifecycle;
import dev.heddle.runtime.context.PublishingUncaughtTaskHandler;
import dev.heddle.runtime.time.RuntimeClock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for {@link AsyncRuntime}. What it makes for a runtime it makes for that
 * one which is injected where nobody says which: of several, for the primary one.
 */
@AutoConfiguration
@ConditionalOnClass(AsyncRuntime.class)
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@EnableConfigurationProperties(HeddleProperties.class)
public final class HeddleRuntimeAutoConfiguration {

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean(AsyncRuntime.class)
    static class AutoConfiguredRuntime {

        /** Starts no thread: that is the lifecycle's, or the first spawn's. */
        @Bean(destroyMethod = "close")
        AsyncRuntime heddleRuntime(
                HeddleProperties properties,
                ApplicationContext context,
                UncaughtTaskHandlerLookup uncaughtTaskHandler,
                ObjectProvider<ContextCarrier> contextCarriers,
                ObjectProvider<RuntimeListener> listeners,
                ObjectProvider<AsyncRuntimeBuilderCustomizer> customizers) {
            AsyncRuntimeBuilder builder = new PropertiesMapping(properties)
                    .newBuilder()
                    .contextClassLoader(context.getClassLoader())
                    .uncaughtTaskHandler(new PublishingUncaughtTaskHandler(uncaughtTaskHandler, context));
            contextCarriers.orderedStream().forEach(builder::contextCarrier);
            listeners.orderedStream().forEach(builder::listener);
            customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
            return build(builder);
        }

        @Bean
        UncaughtTaskHandlerLookup heddleUncaughtTaskHandlerLookup(ObjectProvider<UncaughtTaskHandler> handlers) {
            return new UncaughtTaskHandlerLookup(handlers);
        }
    }

    /** Gives way to any other bean where an {@link java.time.InstantSource} is wanted. */
    @Bean
    @Fallback
    @ConditionalOnSingleCandidate(AsyncRuntime.class)
    @ConditionalOnMissingBean
    RuntimeClock heddleRuntimeClock(AsyncRuntime runtime) {
        return runtime.clock();
    }

    private static AsyncRuntime build(AsyncRuntimeBuilder builder) {
        try {
            return builder.build();
        } catch (NetDriverUnavailableException ex) {
            throw new UnavailableDriverException(ex);
        } catch (UnsupportedOperationException ex) {
            throw new UnavailableFlavorException(ex);
        }
    }

    @Bean
    @ConditionalOnSingleCandidate(AsyncRuntime.class)
    @ConditionalOnMissingBean
    AsyncRuntimeLifecycle heddleRuntimeLifecycle(
            AsyncRuntime runtime, HeddleProperties properties, ObjectProvider<LifecycleProperties> lifecycle) {
        LifecycleProperties phases = lifecycle.getIfAvailable();
        return new AsyncRuntimeLifecycle(
                runtime,
                properties.getShutdown().getTimeout(),
                phases == null ? null : phases.getTimeoutPerShutdownPhase());
    }
}
