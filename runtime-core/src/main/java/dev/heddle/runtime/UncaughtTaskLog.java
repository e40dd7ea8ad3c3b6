package dev.heddle.runtime;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeoutException;

/** The handler of those who have none of their own. */
final class UncaughtTaskLog implements UncaughtTaskHandler {

    private final Logger log;

    UncaughtTaskLog(Logger log) {
        this.log = log;
    }

    @Override
    public void taskFailed(TaskSnapshot task, Throwable failure) {
        log.log(
                Level.ERROR,
                "Task " + task.id() + (task.name() == null ? "" : " '" + task.name() + "'")
                        + " failed and nobody has joined it",
                failure);
    }

    @Override
    public void taskOverran(TaskSnapshot task, TimeoutException overrun) {
        log.log(Level.WARNING, overrun.getMessage(), overrun);
    }
}
