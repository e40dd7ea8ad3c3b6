package dev.heddle.runtime;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeoutException;

/** The handler of those who have none of their own. */
final class UncaughtTaskLog implements UncaughtTaskHandler {

    private static final Logger LOG = System.getLogger(AsyncRuntime.class.getName());

    @Override
    public void taskFailed(TaskSnapshot task, Throwable failure) {
        LOG.log(
                Level.ERROR,
                "Task " + task.id() + (task.name() == null ? "" : " '" + task.name() + "'")
                        + " failed and nobody has joined it",
                failure);
    }

    @Override
    public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
        LOG.log(Level.WARNING, overrun.getMessage(), overrun);
    }
}
