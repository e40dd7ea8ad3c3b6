package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A confinement with a thread of its own, which starts with the first task. Timers and sockets are those of the runtime,
 * and its workers see to them: a thread that slept in the driver and then ran a task for long would keep it from them.
 */
public final class OwnThread implements Confinement {

    private final Shared shared;
    private final Core core;
    private final Thread thread;

    /** Guards the two fields below; held for a handful of instructions by those who start and stop, never by the thread. */
    private final Object starting = new Object();

    private volatile boolean started;
    private boolean stopped;

    /**
     * Makes a confinement without starting its thread.
     *
     * @param name of the thread
     * @param contextClassLoader of the thread and of its tasks
     * @param fiberContainer where the JDK lists the virtual threads of the tasks
     * @param hooks who is told what the thread and its tasks do, or {@code null}
     */
    public OwnThread(
            String name,
            @Nullable ClassLoader contextClassLoader,
            ThreadContainer fiberContainer,
            @Nullable RuntimeHooks hooks) {
        this.shared = new Shared(name + "-", 1, contextClassLoader, fiberContainer, null);
        shared.setHooks(hooks);
        this.core = new Core(shared, 0, null);
        shared.setCores(new Core[] {core});
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
        thread.setContextClassLoader(contextClassLoader);
    }

    private void run() {
        RuntimeHooks hooks = shared.hooks();
        if (hooks != null) {
            hooks.threadStarted();
        }
        while (core.drive(() -> false, Long.MAX_VALUE)) {
            // An interrupt means nothing to it.
        }
        core.endIdleFibers();
        if (hooks != null) {
            hooks.threadStopping();
        }
    }

    @Override
    public void schedule(TaskCell<?> task) {
        shared.schedule(task);
        if (!started) {
            start();
        }
    }

    private void start() {
        synchronized (starting) {
            if (!started && !stopped) {
                thread.start();
                started = true;
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // identity is meant
    public boolean isCurrent() {
        return Core.current() == core;
    }

    @Override
    public void stop(long deadlineNanos) {
        boolean running;
        synchronized (starting) {
            stopped = true;
            running = started;
        }
        shared.stop();
        if (running) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        shared.runLeftovers();
    }
}
