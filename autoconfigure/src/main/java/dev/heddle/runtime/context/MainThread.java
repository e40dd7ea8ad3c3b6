package dev.heddle.runtime.context;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.RuntimeClosedException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The thread that runs the tasks of a current-thread runtime, which would stand still in an application where nobody stays
 * in {@link AsyncRuntime#blockOn}. A daemon, as the workers of the other flavour are.
 *
 * <p>What it blocks on is itself a live task. It has to end before the runtime is shut down, which would wait for it; the
 * shutdown then runs what is left on its own thread.
 */
final class MainThread {

    /** How long to wait for a task that holds the thread when it is time to leave. */
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final AsyncRuntime runtime;
    private final CountDownLatch leaving = new CountDownLatch(1);
    private final Thread thread;

    /**
     * Makes the thread and does not start it.
     *
     * @param runtime a runtime of the current-thread flavour
     */
    MainThread(AsyncRuntime runtime) {
        this.runtime = runtime;
        this.thread =
                Thread.ofPlatform().daemon().name(runtime.name() + "-main").unstarted(this::runTasks);
    }

    void start() {
        thread.start();
    }

    private void runTasks() {
        while (leaving.getCount() > 0) {
            try {
                runtime.<@Nullable Void, InterruptedException>blockOn(() -> {
                    leaving.await();
                    return null;
                });
            } catch (InterruptedException | CancellationException ex) {
                // Somebody has aborted the task that stands for this thread. The others still need the thread.
            } catch (RuntimeClosedException ex) {
                return;
            }
        }
    }

    /** Makes the thread leave the tasks alone, and waits until it does, for a moment at most. */
    void leave() {
        leaving.countDown();
        try {
            thread.join(GRACE);
        } catch (InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }
}
