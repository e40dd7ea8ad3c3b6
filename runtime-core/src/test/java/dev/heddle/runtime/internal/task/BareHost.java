package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/** A runtime that has a list of tasks and nothing else. */
public class BareHost implements TaskHost, Timers {

    private final TaskRegistry registry = new TaskRegistry(1, () -> 0);

    /** Returns a task that is on the list. */
    public <T> TaskCell<T> task(Callable<T> body) {
        TaskCell<T> task = TaskCell.of(this, TaskKind.ASYNC, TaskOptions.DEFAULT, body);
        registry.bind(task, false);
        return task;
    }

    @Override
    public Timers timers() {
        return this;
    }

    @Override
    public IoDriver io() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Resolver resolver() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Spawner spawner() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void lend(TaskCell<?> task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Callable<T> carried(Callable<T> body) {
        return body;
    }

    @Override
    public TaskRegistry registry() {
        return registry;
    }

    @Override
    public void taskFailed(TaskCell<?> task, Throwable failure) {}

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(0, nanoTime());
    }

    @Override
    public void sleepUntil(long deadlineNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer schedule(long deadlineNanos, Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void sleep(long nanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timer limit(long nanos, Runnable action) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void taskOverran(TaskCell<?> task, Duration limit) {}

    @Override
    public long spawnNanos() {
        return 0;
    }

    @Override
    public boolean isTimeSliceOver() {
        return false;
    }
}
