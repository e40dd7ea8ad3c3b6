package dev.heddle.runtime.context;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * Starts a runtime with its application context and drains it when the context closes.
 *
 * <p>Its phase is that of Spring's own executors: after the web server has finished its requests, which may still spawn,
 * and before the beans that tasks use are destroyed. Until then the runtime accepts tasks. {@link #stop(Runnable)} returns
 * at once, drains on a thread of its own, and calls back when the runtime has ended.
 *
 * <p>A runtime of the current-thread flavour, whose tasks go on only while some thread runs them, has one that does from
 * start to stop, named {@code <name>-main}. While it drains, the thread that drains runs them.
 *
 * <p>A runtime ends for good. The context's pause therefore passes it over, and a context that was stopped cannot be
 * started again: that fails with an {@link IllegalStateException}, rather than leave an application behind whose every
 * task is refused.
 */
public final class AsyncRuntimeLifecycle implements SmartLifecycle {

    /** The phase in which the runtime stops. */
    public static final int DEFAULT_PHASE = ExecutorConfigurationSupport.DEFAULT_PHASE;

    private static final Log logger = LogFactory.getLog(AsyncRuntimeLifecycle.class);

    /** The most that {@link AsyncRuntime#shutdown} takes beyond its timeout. */
    private static final Duration UNWINDING = Duration.ofSeconds(4);

    private enum State {
        NEW,
        RUNNING,
        STOPPING,
        STOPPED
    }

    private final AsyncRuntime runtime;
    private final Duration shutdownTimeout;
    private final @Nullable Duration phaseTimeout;
    private final @Nullable MainThread mainThread;
    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);

    /**
     * Makes the lifecycle of a runtime.
     *
     * @param runtime the runtime
     * @param shutdownTimeout how long tasks may take to end by themselves
     * @param phaseTimeout how long the context waits for all beans of one phase, or {@code null} if that is not known
     */
    public AsyncRuntimeLifecycle(AsyncRuntime runtime, Duration shutdownTimeout, @Nullable Duration phaseTimeout) {
        this.runtime = runtime;
        this.shutdownTimeout = shutdownTimeout;
        this.phaseTimeout = phaseTimeout;
        this.mainThread =
                runtime.metrics().scheduler() == SchedulerKind.CURRENT_THREAD ? new MainThread(runtime) : null;
    }

    @Override
    public void start() {
        if (!state.compareAndSet(State.NEW, State.RUNNING)) {
            if (state.get() == State.RUNNING) {
                return;
            }
            throw new IllegalStateException(
                    "Runtime '" + runtime.name() + "' was shut down when its application context"
                            + " stopped, and cannot be started again: close the context and make a new one");
        }
        warnOfPhaseTimeout();
        runtime.start();
        if (mainThread != null) {
            mainThread.start();
        }
    }

    private void warnOfPhaseTimeout() {
        if (phaseTimeout != null && shutdownTimeout.compareTo(phaseTimeout.minus(UNWINDING)) > 0) {
            logger.warn("heddle.shutdown.timeout (" + shutdownTimeout + ") and what aborted tasks may take to unwind ("
                    + UNWINDING + ") are together more than spring.lifecycle.timeout-per-shutdown-phase ("
                    + phaseTimeout
                    + "): the context may go on to destroy beans that tasks still use. Make the former smaller or"
                    + " the latter larger.");
        }
    }

    @Override
    public void stop() {
        if (state.compareAndSet(State.RUNNING, State.STOPPING)) {
            shutDown();
        }
    }

    @Override
    public void stop(Runnable callback) {
        if (!state.compareAndSet(State.RUNNING, State.STOPPING)) {
            callback.run();
            return;
        }
        Thread.ofPlatform().daemon().name(runtime.name() + "-shutdown").start(() -> {
            try {
                shutDown();
            } finally {
                callback.run();
            }
        });
    }

    private void shutDown() {
        try {
            new ShutdownLog(logger, runtime.name()).write(runtime.shutdown(timeLeftAfterMainThread()));
        } finally {
            state.set(State.STOPPED);
        }
    }

    private Duration timeLeftAfterMainThread() {
        if (mainThread == null) {
            return shutdownTimeout;
        }
        long begin = System.nanoTime();
        mainThread.leave();
        Duration left = shutdownTimeout.minusNanos(System.nanoTime() - begin);
        return left.isNegative() ? Duration.ZERO : left;
    }

    @Override
    public boolean isRunning() {
        State now = state.get();
        return now == State.RUNNING || now == State.STOPPING;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
