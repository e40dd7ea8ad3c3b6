package dev.heddle.runtime.context;

import dev.heddle.runtime.UncaughtTaskHandler;
import dev.heddle.runtime.metrics.TaskSnapshot;
import java.util.concurrent.TimeoutException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/** An {@link UncaughtTaskHandler} that logs each failure at level ERROR, and each overrun at WARN, with its stack. */
public final class LoggingUncaughtTaskHandler implements UncaughtTaskHandler {

    private static final Log logger = LogFactory.getLog(LoggingUncaughtTaskHandler.class);

    @Override
    public void taskFailed(TaskSnapshot task, Throwable failure) {
        logger.error(
                "Task " + (task.name() == null ? "" : "'" + task.name() + "' ") + "(id " + task.id()
                        + ") failed and nobody observed it",
                failure);
    }

    @Override
    public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
        logger.warn(overrun.getMessage(), overrun);
    }
}
