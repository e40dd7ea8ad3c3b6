package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.context.LoggingUncaughtTaskHandler;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Finds the {@link UncaughtTaskHandler} of the application, or has one that logs. It is not asked for before there is a
 * failure, or all beans are there, so that it may itself need the runtime.
 */
final class UncaughtTaskHandlerLookup implements Supplier<UncaughtTaskHandler>, SmartInitializingSingleton {

    private final ObjectProvider<UncaughtTaskHandler> handlers;
    private final UncaughtTaskHandler logging = new LoggingUncaughtTaskHandler();
    private volatile @Nullable UncaughtTaskHandler found;

    UncaughtTaskHandlerLookup(ObjectProvider<UncaughtTaskHandler> handlers) {
        this.handlers = handlers;
    }

    @Override
    public UncaughtTaskHandler get() {
        UncaughtTaskHandler known = found;
        try {
            return known != null ? known : find();
        } catch (BeansException ex) {
            // It cannot be made, or not yet. Whatever becomes of the start, the failure has to be seen.
            return logging;
        }
    }

    /** Fails the start if the handler cannot be made, or there are several. */
    @Override
    public void afterSingletonsInstantiated() {
        find();
    }

    private UncaughtTaskHandler find() {
        UncaughtTaskHandler handler = handlers.getIfAvailable(() -> logging);
        found = handler;
        return handler;
    }
}
