package dev.heddle.benchmarks.micro;

import dev.heddle.runtime.task.Task;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.infra.Blackhole;

/** A task asks which it is. */
public class CurrentTask {

    private static final int CALLS = 100_000;

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void heddle(Heddle heddle, Blackhole sink) {
        heddle.runtime
                .spawn(() -> {
                    for (int i = 0; i < CALLS; i++) {
                        sink.consume(Task.current());
                    }
                })
                .join();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void virtualThreads(Blackhole sink) throws InterruptedException {
        Thread.startVirtualThread(() -> {
                    for (int i = 0; i < CALLS; i++) {
                        sink.consume(Thread.currentThread());
                    }
                })
                .join();
    }
}
