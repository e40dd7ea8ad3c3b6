package dev.heddle.benchmarks.micro;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;

/** Starts a task that sleeps, ends it early, and waits for its end. */
public class SpawnAndAbort {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Benchmark
    public void heddle(Heddle heddle) {
        JoinHandle<Boolean> handle = heddle.runtime.spawn(() -> {
            Time.sleep(LONG);
            return true;
        });
        CompletableFuture<Boolean> end = handle.toCompletableFuture();
        handle.abort();
        end.handle((result, failure) -> result).join();
    }

    @Benchmark
    public void virtualThreads() throws InterruptedException {
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                Thread.sleep(LONG);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.interrupt();
        thread.join();
    }
}
