package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.EmbeddedValueResolverAware;
import org.springframework.core.MethodClassKey;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringValueResolver;

/** The definitions of all {@code @AsyncTask} methods seen so far. Each is read once, usually when its bean is made. */
public final class AsyncTaskDefinitions implements EmbeddedValueResolverAware {

    /** The order of task names as those of properties. In an environment variable they have neither hyphens nor case. */
    static final Comparator<String> PROPERTY_NAME_ORDER =
            Comparator.comparing(name -> name.replace("-", "").toLowerCase(Locale.ROOT));

    private final Supplier<Map<String, Duration>> timeoutOverrides;
    private final Map<MethodClassKey, AsyncTaskDefinition> definitions = new ConcurrentHashMap<>();

    private StringValueResolver valueResolver = text -> text;

    /**
     * Makes an empty set.
     *
     * @param timeoutOverrides limits by task name, hyphens and case aside, which outrank those of annotations; zero for
     *     no limit. Asked for late, since this object is made before ordinary beans
     */
    public AsyncTaskDefinitions(Supplier<Map<String, Duration>> timeoutOverrides) {
        this.timeoutOverrides = timeoutOverrides;
    }

    /** Returns whether a class is made from interfaces at run time. Then the interface that has a method stands for it. */
    static boolean isMadeFromInterfaces(Class<?> type) {
        return Proxy.isProxyClass(type) || ClassUtils.isLambdaClass(type);
    }

    @Override
    public void setEmbeddedValueResolver(StringValueResolver resolver) {
        this.valueResolver = resolver;
    }

    /**
     * Returns the definition of a method, or {@code null} when the method is not annotated.
     *
     * @param method the method as the bean's class has it
     * @param beanClass the class of the bean, without proxy, or the interface that stands for it
     * @throws InvalidAsyncTaskException if the method cannot be a task
     */
    @Nullable
    AsyncTaskDefinition find(Method method, Class<?> beanClass) {
        MethodClassKey key = new MethodClassKey(method, beanClass);
        AsyncTaskDefinition known = definitions.get(key);
        if (known != null) {
            return known;
        }
        // Not within computeIfAbsent: reading may make the bean of the properties, which is then looked at here as
        // well.
        AsyncTaskDefinition definition = read(method, beanClass);
        if (definition != null) {
            definitions.put(key, definition);
        }
        return definition;
    }

    private @Nullable AsyncTaskDefinition read(Method method, Class<?> beanClass) {
        AsyncTask annotation = AnnotatedElementUtils.findMergedAnnotation(method, AsyncTask.class);
        if (annotation == null) {
            return null;
        }
        Map<String, Duration> timeouts = new TreeMap<>(PROPERTY_NAME_ORDER);
        timeouts.putAll(timeoutOverrides.get());
        return new AsyncTaskDefinitionReader(beanClass, method, annotation).read(valueResolver, timeouts);
    }

    /** Returns the names of the tasks of all methods seen so far. */
    SortedSet<String> names() {
        return definitions.values().stream()
                .map(AsyncTaskDefinition::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
