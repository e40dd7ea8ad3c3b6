package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.interceptor.AsyncTaskAdvisor;
import dev.heddle.runtime.interceptor.AsyncTaskAdvisorPostProcessor;
import dev.heddle.runtime.interceptor.AsyncTaskDefinitions;
import dev.heddle.runtime.interceptor.AsyncTaskValidator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;

/** {@link EnableAutoConfiguration Auto-configuration} for {@link AsyncTask} methods. */
@AutoConfiguration(after = {HeddleRuntimeAutoConfiguration.class, AopAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "heddle.enabled", matchIfMissing = true)
@ConditionalOnBean(AsyncRuntime.class)
@EnableConfigurationProperties(HeddleProperties.class)
@Import(AutoProxyCreatorRegistrar.class)
public final class HeddleAsyncTaskAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncTaskDefinitions heddleAsyncTaskDefinitions(ObjectProvider<HeddleProperties> properties) {
        return new AsyncTaskDefinitions(() -> new PropertiesMapping(properties.getObject()).taskTimeouts());
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncTaskAdvisor heddleAsyncTaskAdvisor(
            ObjectProvider<AsyncRuntime> runtime, AsyncTaskDefinitions definitions) {
        return new AsyncTaskAdvisor(runtime::getObject, definitions);
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncTaskAdvisorPostProcessor heddleAsyncTaskAdvisorPostProcessor() {
        return new AsyncTaskAdvisorPostProcessor();
    }

    @Bean
    @ConditionalOnMissingBean(search = SearchStrategy.CURRENT)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static AsyncTaskValidator heddleAsyncTaskValidator(
            AsyncTaskDefinitions definitions,
            ObjectProvider<HeddleProperties> properties,
            ConfigurableListableBeanFactory beanFactory) {
        return new AsyncTaskValidator(
                definitions, () -> properties.getObject().getTasks().keySet(), beanFactory);
    }
}
