package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.task.RuntimeHooks;
import org.jspecify.annotations.Nullable;

/** A thread that drives one core until it is told to retire or the runtime stops. */
final class Worker extends Thread {

    private final Core core;
    private final WorkStealingScheduler scheduler;
    private volatile boolean retired;

    Worker(WorkStealingScheduler scheduler, Core core, String name, @Nullable ClassLoader contextClassLoader) {
        super(null, null, name, 0, false);
        this.scheduler = scheduler;
        this.core = core;
        setContextClassLoader(contextClassLoader);
        setDaemon(true);
    }

    Core core() {
        return core;
    }

    /** Has this worker give its work to the others and end, as soon as the task that it runs suspends or ends. */
    void retire() {
        retired = true;
        core.unpark();
    }

    boolean isRetired() {
        return retired;
    }

    @Override
    public void run() {
        RuntimeHooks hooks = scheduler.hooks();
        if (hooks != null) {
            hooks.threadStarted();
        }
        drive();
        if (hooks != null) {
            hooks.threadStopping();
        }
    }

    private void drive() {
        while (core.drive(this::isRetired, Long.MAX_VALUE)) {
            // An interrupt means nothing to a worker.
        }
        if (retired) {
            core.leave();
            scheduler.remove(this);
        } else {
            core.endIdleFibers();
        }
    }
}
