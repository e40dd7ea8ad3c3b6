package dev.heddle.benchmarks.micro;

import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;

/** Starts one empty task from a thread that is not the runtime's, and waits for it: two hand-overs between threads. */
public class SpawnAndJoin {

    @Benchmark
    public void heddle(Heddle heddle) {
        heddle.runtime.spawn(() -> {}).join();
    }

    @Benchmark
    public void virtualThreads() throws InterruptedException {
        Thread.startVirtualThread(() -> {}).join();
    }

    @Benchmark
    public void forkJoin(ForkJoin forkJoin) {
        CompletableFuture.runAsync(() -> {}, forkJoin.pool).join();
    }
}
