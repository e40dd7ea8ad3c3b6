package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.AsyncRuntimeBuilder;
import dev.heddle.runtime.autoconfigure.HeddleProperties.Flavor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Applies {@link HeddleProperties} to what they configure. A value that is refused fails the start with the name of its
 * property; Boot's failure report adds where it was set.
 */
final class PropertiesMapping {

    private final HeddleProperties properties;

    PropertiesMapping(HeddleProperties properties) {
        this.properties = properties;
    }

    /** Returns a builder of the flavour that is asked for, with all properties applied. */
    AsyncRuntimeBuilder newBuilder() {
        checkWorkersAreAskedForWhereThereAreSome();
        AsyncRuntimeBuilder builder = switch (properties.getFlavor()) {
            case MULTI_THREAD -> AsyncRuntime.newMultiThread();
            case CURRENT_THREAD -> AsyncRuntime.newCurrentThread();
        };
        applyTo(builder);
        return builder;
    }

    private void checkWorkersAreAskedForWhereThereAreSome() {
        Integer workerThreads = properties.getWorkerThreads();
        if (workerThreads != null && properties.getFlavor() == Flavor.CURRENT_THREAD) {
            throw new InvalidConfigurationPropertyValueException(
                    "heddle.worker-threads",
                    workerThreads,
                    "heddle.flavor is 'current-thread', where one thread runs all tasks and there are no workers to set the"
                            + " number of. Remove heddle.worker-threads, or set heddle.flavor to 'multi-thread'.");
        }
    }

    private void applyTo(AsyncRuntimeBuilder builder) {
        HeddleProperties.Blocking blocking = properties.getBlocking();
        apply("heddle.name", properties.getName(), builder::name);
        apply("heddle.worker-threads", properties.getWorkerThreads(), builder::workerThreads);
        apply("heddle.blocking.max-threads", blocking.getMaxThreads(), builder::maxBlockingThreads);
        apply("heddle.blocking.keep-alive", blocking.getKeepAlive(), builder::blockingKeepAlive);
        apply("heddle.blocking.queue-capacity", blocking.getQueueCapacity(), builder::blockingQueueCapacity);
        apply("heddle.net.driver", properties.getNet().getDriver(), builder::netDriver);
        apply("heddle.shutdown.timeout", properties.getShutdown().getTimeout(), builder::closeTimeout);
    }

    /** Hands a value on, if there is one, and names its property if it is refused. */
    static <T> void apply(String property, @Nullable T value, Consumer<T> setter) {
        if (value == null) {
            return;
        }
        try {
            setter.accept(value);
        } catch (IllegalArgumentException ex) {
            throw new InvalidConfigurationPropertyValueException(
                    property, value, ex.getMessage() + ". Remove the property to have its default.", ex);
        }
    }

    /** Returns the limits that are set by task name. */
    Map<String, Duration> taskTimeouts() {
        Map<String, Duration> timeouts = new LinkedHashMap<>();
        properties.getTasks().forEach((name, task) -> {
            Duration timeout = task.getTimeout();
            if (timeout == null) {
                return;
            }
            if (timeout.isNegative()) {
                throw new InvalidConfigurationPropertyValueException(
                        "heddle.tasks[" + name + "].timeout",
                        timeout,
                        "The limit of a task must not be negative. Use zero for no limit, or remove the property to have"
                                + " that of the annotation.");
            }
            timeouts.put(name, timeout);
        });
        return timeouts;
    }
}
