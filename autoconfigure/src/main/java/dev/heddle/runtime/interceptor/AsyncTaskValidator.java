package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.aop.config.AopConfigUtils;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.ProxyConfig;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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
    private final ConfigurableListableBeanFactory beanFactory;
    private final Map<Class<?>, Set<Method>> taskMethods = new ConcurrentHashMap<>();

    /**
     * Makes a validator.
     *
     * @param definitions where the methods found are put
     * @param configuredNames the task names that the configuration mentions
     * @param beanFactory whose beans they are
     */
    public AsyncTaskValidator(
            AsyncTaskDefinitions definitions,
            Supplier<Set<String>> configuredNames,
            ConfigurableListableBeanFactory beanFactory) {
        this.definitions = definitions;
        this.configuredNames = configuredNames;
        this.beanFactory = beanFactory;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (!(bean instanceof AopInfrastructureBean)) {
            Set<Method> methods = taskMethods(ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean)));
            if (!methods.isEmpty()) {
                checkNotFinal(bean.getClass(), beanName, methods.iterator().next());
            }
        }
        return bean;
    }

    private Set<Method> taskMethods(Class<?> beanClass) {
        Set<Method> known = taskMethods.get(beanClass);
        if (known != null) {
            return known;
        }
        Class<?>[] types = AsyncTaskDefinitions.isMadeFromInterfaces(beanClass)
                ? beanClass.getInterfaces()
                : new Class<?>[] {beanClass};
        Set<Method> methods = new LinkedHashSet<>();
        for (Class<?> type : types) {
            if (AnnotationUtils.isCandidateClass(type, AsyncTask.class)) {
                methods.addAll(read(type));
            }
        }
        taskMethods.put(beanClass, methods);
        return methods;
    }

    private Set<Method> read(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<AsyncTaskDefinition>)
                        method -> definitions.find(method, type.isInterface() ? method.getDeclaringClass() : type))
                .keySet();
    }

    /** Spring would refuse such a class as well, but not say what to do about it. */
    private void checkNotFinal(Class<?> beanClass, String beanName, Method method) {
        if (Modifier.isFinal(beanClass.getModifiers()) && !isProxiedByInterfaces(beanClass, beanName)) {
            throw new InvalidAsyncTaskException(
                    beanClass,
                    method,
                    "its class is " + (beanClass.isRecord() ? "a record" : "final")
                            + ", and the proxy of it would be a subclass",
                    "Make it an ordinary class, or move the method to another bean. A class that implements an interface"
                            + " can also be proxied by that: annotate it, or its @Bean method, with"
                            + " @Proxyable(ProxyType.INTERFACES), or set 'spring.aop.proxy-target-class' to false for all"
                            + " beans.");
        }
    }

    private boolean isProxiedByInterfaces(Class<?> beanClass, String beanName) {
        if (AsyncTaskDefinitions.isMadeFromInterfaces(beanClass)) {
            return true;
        }
        boolean hasInterfaces = ClassUtils.getAllInterfacesForClass(beanClass).length > 0;
        return hasInterfaces && (isProxyableByInterfaces(beanName) || !areClassesProxied());
    }

    /** Returns whether a bean is {@link org.springframework.context.annotation.Proxyable} by its interfaces. */
    private boolean isProxyableByInterfaces(String beanName) {
        return beanFactory.containsBeanDefinition(beanName)
                && beanFactory.getBeanDefinition(beanName).hasAttribute(AutoProxyUtils.EXPOSED_INTERFACES_ATTRIBUTE);
    }

    private boolean areClassesProxied() {
        return beanFactory
                .getBean(AopConfigUtils.AUTO_PROXY_CREATOR_BEAN_NAME, ProxyConfig.class)
                .isProxyTargetClass();
    }

    @Override
    public void afterSingletonsInstantiated() {
        if (!unknownNames().isEmpty()) {
            readBeansYetToBeMade();
            Set<String> unknown = unknownNames();
            if (!unknown.isEmpty() && logger.isWarnEnabled()) {
                logger.warn(
                        "The settings under 'heddle.tasks' for " + unknown + " have no effect on any @AsyncTask that is"
                                + " known. Known tasks: " + definitions.names()
                                + ". A name with dots needs brackets: heddle.tasks[Mail.send].timeout");
            }
        }
    }

    private Set<String> unknownNames() {
        Set<String> names = new TreeSet<>(AsyncTaskDefinitions.PROPERTY_NAME_ORDER);
        names.addAll(configuredNames.get());
        definitions.names().forEach(names::remove);
        return names;
    }

    /** Reads what the definitions of lazy beans, prototypes and the like tell of their types. */
    private void readBeansYetToBeMade() {
        for (String beanName : beanFactory.getBeanDefinitionNames()) {
            try {
                Class<?> beanClass = AutoProxyUtils.determineTargetClass(beanFactory, beanName);
                if (beanClass != null) {
                    taskMethods(ClassUtils.getUserClass(beanClass));
                }
            } catch (RuntimeException ex) {
                // If that matters, it fails when the bean is made.
                logger.debug("Cannot look for @AsyncTask methods of the bean '" + beanName + "'", ex);
            }
        }
    }
}
