package dev.heddle.benchmarks.micro;

import dev.heddle.runtime.task.Task;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** One task yields while there is no other. */
public class YieldAlone {

    private static final int YIELDS = 1_000;

    @Benchmark
    @OperationsPerInvocation(YIELDS)
    public void heddle(Heddle heddle) {
        heddle.runtime
                .spawn(() -> {
                    for (int i = 0; i < YIELDS; i++) {
                        Task.yieldNow();
                    }
                })
                .join();
    }

    @Benchmark
    @OperationsPerInvocation(YIELDS)
    public void virtualThreads() throws InterruptedException {
        Thread.startVirtualThread(() -> {
                    for (int i = 0; i < YIELDS; i++) {
                        Thread.yield();
                    }
                })
                .join();
    }
}
