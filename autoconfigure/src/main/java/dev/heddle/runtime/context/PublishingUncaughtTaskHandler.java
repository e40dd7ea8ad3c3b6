package dev.heddle.runtime.context;

import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.metrics.TaskSnapshot;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An {@link UncaughtTaskHandler} that calls another one and then publishes a {@link TaskFailedEvent}, until the context
 * destroys its beans. An overrun is no failure, and is only handed on.
 */
public final class PublishingUncaughtTaskHandler implements UncaughtTaskHandler {

    private final Supplier<? extends UncaughtTaskHandler> delegate;
    private final ApplicationContext context;

    /**
     * Makes a handler.
     *
     * @param delegate called first; asked for at each call, since this object is made before ordinary beans
     * @param context where the event is published
     */
    public PublishingUncaughtTaskHandler(Supplier<? extends UncaughtTaskHandler> delegate, ApplicationContext context) {
        this.delegate = delegate;
        this.context = context;
    }

    @Override
    public void taskFailed(TaskSnapshot task, Throwable failure) {
        try {
            delegate.get().taskFailed(task, failure);
        } finally {
            if (hasListeners()) {
                context.publishEvent(new TaskFailedEvent(context, task, failure));
            }
        }
    }

    @Override
    public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
        delegate.get().taskOverran(task, overrun);
    }

    /**
     * Returns whether the beans that could listen are still there. A context that closes first stops its beans, when the
     * runtime drains and its tasks may well fail, and then destroys them. It counts as active all that time, but runs only
     * until the first is done.
     */
    private boolean hasListeners() {
        return !(context instanceof ConfigurableApplicationContext closeable)
                || !closeable.isClosed()
                || closeable.isRunning();
    }
}
