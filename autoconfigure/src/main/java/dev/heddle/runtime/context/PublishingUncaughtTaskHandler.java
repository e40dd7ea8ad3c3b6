package dev.heddle.runtime.context;

import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.metrics.TaskSnapshot;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** An {@link UncaughtTaskHandler} that calls another one and then publishes a {@link TaskFailedEvent}. */
public final class PublishingUncaughtTaskHandler implements UncaughtTaskHandler {

    private final UncaughtTaskHandler delegate;
    private final ApplicationContext context;

    /**
     * Makes a handler.
     *
     * @param delegate called first
     * @param context where the event is published
     */
    public PublishingUncaughtTaskHandler(UncaughtTaskHandler delegate, ApplicationContext context) {
        this.delegate = delegate;
        this.context = context;
    }

    @Override
    public void taskFailed(TaskSnapshot task, Throwable failure) {
        try {
            delegate.taskFailed(task, failure);
        } finally {
            // The last tasks may fail while singletons are destroyed, when nobody is left to listen.
            if (!(context instanceof ConfigurableApplicationContext configurable) || configurable.isActive()) {
                context.publishEvent(new TaskFailedEvent(context, task, failure));
            }
        }
    }
}
