package dev.heddle.runtime.sync;

import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A call that is made elsewhere, and may have to wait there. */
final class Call<T> {

    /** Who makes the calls of a test. */
    enum By {
        TASK,
        THREAD
    }

    private final CompletableFuture<Thread> thread = new CompletableFuture<>();
    private final Future<T> result;

    private Call(AsyncRuntime runtime, By by, Callable<T> body) {
        Callable<T> call = () -> {
            thread.complete(Thread.currentThread());
            return body.call();
        };
        if (by == By.TASK) {
            result = runtime.spawn(call);
        } else {
            CompletableFuture<T> future = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    future.complete(call.call());
                } catch (Throwable e) {
                    future.completeExceptionally(e);
                }
            });
            result = future;
        }
    }

    static <T> Call<T> start(AsyncRuntime runtime, By by, Callable<T> body) {
        return new Call<>(runtime, by, body);
    }

    /** Starts it and returns when it waits. */
    static <T> Call<T> waiting(AsyncRuntime runtime, By by, Callable<T> body) {
        Call<T> call = start(runtime, by, body);
        call.awaitWaiting();
        return call;
    }

    void awaitWaiting() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> thread.isDone() && isWaiting(thread.join().getState()));
    }

    /** Waits until the body is about to be called. */
    void awaitStart() {
        thread.join();
    }

    private static boolean isWaiting(Thread.State state) {
        return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
    }

    void interrupt() {
        thread.join().interrupt();
    }

    boolean isDone() {
        return result.isDone();
    }

    /** Returns what the call returned, or throws what it threw. */
    T result() throws Exception {
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
