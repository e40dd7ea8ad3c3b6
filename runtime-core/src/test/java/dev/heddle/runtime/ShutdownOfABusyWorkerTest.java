package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShutdownOfABusyWorkerTest {

    @Test
    void aTaskThatIsGivenUpWhileItYieldsRunsOn() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<String> end = new CompletableFuture<>();
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            Gate started = new Gate();
            runtime.spawn(() -> {
                started.open();
                while (!over.get()) {
                    Thread.yield();
                }
                end.complete("ran on");
            });
            started.pass();
            runtime.shutdown(Duration.ZERO);
            over.set(true);
            assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("ran on");
        }
    }
}
