package dev.heddle.benchmarks.micro;

import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** One task gives itself a limit that it does not need, again and again. */
public class TimerInsertAndCancel {

    private static final int TIMERS = 1_000;
    private static final int FAR_OFF_SECONDS = 10;
    private static final Duration FAR_OFF = Duration.ofSeconds(FAR_OFF_SECONDS);

    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public int heddle(Heddle heddle) {
        return heddle.runtime
                .spawn(() -> {
                    int set = 0;
                    while (set < TIMERS) {
                        int next = set + 1;
                        set = Time.timeout(FAR_OFF, () -> next);
                    }
                    return set;
                })
                .join();
    }

    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void forkJoin(ForkJoin forkJoin) {
        CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < TIMERS; i++) {
                                new CompletableFuture<Integer>()
                                        .orTimeout(FAR_OFF_SECONDS, TimeUnit.SECONDS)
                                        .complete(i);
                            }
                        },
                        forkJoin.pool)
                .join();
    }
}
