package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/**
 * Fails the creation of a bean whose {@code @AsyncTask} methods cannot work, instead of letting them run on their callers'
 * threads; and warns of settings for tasks that do not exist.
 */
public final class AsyncTaskValidator implements BeanPostProcessor, SmartInitializingSingleton {

    private static final Log logger = LogFactory.getLog(AsyncTaskValidator.class);

    private final AsyncTaskDefinitions definitions;
    private final Supplier<Set<String>> configuredNames;
    private final Set<Class<?>> checked = ConcurrentHashMap.newKeySet();

    /**
     * Makes a validator.
     *
     * @param definitions where the methods found are put
     * @param configuredNames the task names that the configuration mentions
     */
    public AsyncTaskValidator(AsyncTaskDefinitions definitions, Supplier<Set<String>> configuredNames) {
        this.definitions = definitions;
        this.configuredNames = configuredNames;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (!(bean instanceof AopInfrastructureBean)) {
            Class<?> beanClass = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
            if (AnnotationUtils.isCandidateClass(beanClass, AsyncTask.class) && !checked.contains(beanClass)) {
                check(beanClass);
                checked.add(beanClass);
            }
        }
        return bean;
    }

    private void check(Class<?> beanClass) {
        MethodIntrospector.selectMethods(beanClass, (MethodIntrospector.MetadataLookup<AsyncTaskDefinition>)
                method -> definitions.find(method, beanClass));
    }

    @Override
    public void afterSingletonsInstantiated() {
        SortedSet<String> unknown = new TreeSet<>(configuredNames.get());
        SortedSet<String> known = definitions.names();
        unknown.removeAll(known);
        if (!unknown.isEmpty() && logger.isWarnEnabled()) {
            logger.warn("The settings under 'heddle.tasks' for " + unknown + " have no effect, because no @AsyncTask is"
                    + " called so. Tasks of the beans made so far: " + known
                    + ". A name with dots needs brackets: heddle.tasks[Mail.send].timeout");
        }
    }
}
