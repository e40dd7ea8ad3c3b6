package dev.heddle.runtime.internal.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task that arrives just as the last thread has had enough of waiting. */
@Timeout(60)
class BlockingPoolKeepAliveTest {

    @Test
    void threadsMayStayForEver() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .blockingKeepAlive(ChronoUnit.FOREVER.getDuration())
                .build()) {
            assertThat(runtime.spawnBlocking(() -> 1).join()).isEqualTo(1);
            assertThat(runtime.spawnBlocking(() -> 2).join()).isEqualTo(2);
        }
    }

    @Test
    void aTaskThatMeetsAThreadThatEndsIsRunAllTheSame() {
        SplittableRandom random = new SplittableRandom(1);
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .workerThreads(1)
                .maxBlockingThreads(1)
                .blockingKeepAlive(Duration.ofNanos(1))
                .build()) {
            for (int i = 0; i < 20_000; i++) {
                JoinHandle<Integer> handle = runtime.spawnBlocking(() -> 1);
                assertThatCode(() -> handle.get(5, TimeUnit.SECONDS))
                        .as("task %d ends", i)
                        .doesNotThrowAnyException();
                for (int spins = random.nextInt(300); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
            }
        }
    }
}
