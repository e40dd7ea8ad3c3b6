package dev.heddle.runtime;

import dev.heddle.runtime.internal.port.TaskGroup;
import dev.heddle.runtime.internal.scheduler.Confinement;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.task.ConfinementException;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.LocalSet;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A local set: tasks of a runtime that are scheduled on one confinement instead of the workers. */
final class LocalTasks implements LocalSet {

    private final String name;
    private final AsyncRuntime runtime;
    private final Lifecycle lifecycle;
    private final Confinement confinement;
    private final TaskGroup<JoinHandle<?>> group = new TaskGroup<>(ended -> {});

    LocalTasks(String name, AsyncRuntime runtime, Lifecycle lifecycle, Confinement confinement) {
        this.name = name;
        this.runtime = runtime;
        this.lifecycle = lifecycle;
        this.confinement = confinement;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public <T extends @Nullable Object> JoinHandle<T> spawnLocal(TaskOptions options, Callable<T> body) {
        return start(runtime.asyncTask(options, body));
    }

    @Override
    public JoinHandle<@Nullable Void> spawnLocal(TaskOptions options, Runnable body) {
        return start(runtime.asyncTask(options, body));
    }

    private <T extends @Nullable Object> JoinHandle<T> start(TaskCell<T> task) {
        group.checkOpen();
        lifecycle.bind(task);
        try {
            // First, so that the task finds itself inside, however soon it runs.
            group.add(task);
            confinement.schedule(task);
        } catch (Throwable notScheduled) {
            task.abort();
            throw notScheduled;
        }
        return task;
    }

    @Override
    public Spawner asSpawner() {
        return new Spawner() {

            @Override
            public <T extends @Nullable Object> JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
                return spawnLocal(options, body);
            }

            @Override
            public JoinHandle<@Nullable Void> spawn(TaskOptions options, Runnable body) {
                return spawnLocal(options, body);
            }

            @Override
            public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
                return runtime.spawnBlocking(options, body);
            }

            @Override
            public JoinHandle<@Nullable Void> spawnBlocking(TaskOptions options, Runnable body) {
                return runtime.spawnBlocking(options, body);
            }
        };
    }

    @Override
    public boolean isCurrent() {
        return confinement.isCurrent();
    }

    @Override
    public void checkConfined() {
        if (!isCurrent()) {
            throw ConfinementException.outsideOf(this);
        }
    }

    @Override
    public int size() {
        return group.size();
    }

    @Override
    public void close() {
        group.checkNotInside("close it");
        group.close();
        group.abortAll();
        if (group.size() > 0 && lifecycle.time().isPausable() && !lifecycle.isOwnTask()) {
            drive();
        }
        group.awaitNoneAliveUninterruptibly();
        lifecycle.endConfinement(confinement);
    }

    /** Lets the tasks of a current-thread runtime end, which are run by whoever waits for one of its tasks. */
    private void drive() {
        try {
            boolean interrupted = runtime.<Boolean, RuntimeException>blockOn(() -> {
                group.awaitNoneAliveUninterruptibly();
                return Thread.interrupted();
            });
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        } catch (RuntimeClosedException | CancellationException beingShutDown) {
            // Then whoever shuts it down runs them, or has given them up.
        }
    }

    @Override
    public String toString() {
        return "local set '" + name + "'";
    }
}
