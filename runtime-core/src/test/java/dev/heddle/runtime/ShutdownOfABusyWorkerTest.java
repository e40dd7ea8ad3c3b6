package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

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

    /** Of two workers, each in a task that is given up and then wakes another, one was to retire before the shutdown. */
    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void whatATaskWakesThatIsGivenUpOnAWorkerThatRetiresRunsOn() throws Exception {
        List<AtomicBoolean> over = List.of(new AtomicBoolean(), new AtomicBoolean());
        List<CompletableFuture<String>> ends = List.of(new CompletableFuture<>(), new CompletableFuture<>());
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(2).build()) {
            CountDownLatch computing = new CountDownLatch(2);
            for (int i = 0; i < 2; i++) {
                CompletableFuture<String> end = ends.get(i);
                AtomicBoolean mayEnd = over.get(i);
                Gate woken = new Gate();
                runtime.spawn(() -> {
                    woken.passUninterruptibly();
                    end.complete("ran on");
                });
                woken.awaitArrival();
                runtime.spawn(() -> {
                    computing.countDown();
                    while (!mayEnd.get()) {
                        Thread.onSpinWait();
                    }
                    woken.open();
                });
            }
            computing.await();
            runtime.resize(1);
            runtime.shutdown(Duration.ZERO);
            for (int i = 0; i < 2; i++) {
                over.get(i).set(true);
                assertThat(ends.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("ran on");
            }
        }
    }
}
