package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.task.Task;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one task leaves on its thread, the next must not find. One worker runs all, on as few fibers as it can. */
@Timeout(60)
class IsolationTest {

    private static final int TASKS = 1_000;

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void threadLocals() {
        ThreadLocal<String> local = new ThreadLocal<>();
        for (int i = 0; i < TASKS; i++) {
            runtime.spawn(() -> {
                        assertThat(local.get()).isNull();
                        local.set("mine");
                        Task.yieldNow();
                        assertThat(local.get()).isEqualTo("mine");
                        return null;
                    })
                    .join();
        }
    }

    @Test
    void interruptStatus() {
        for (int i = 0; i < TASKS; i++) {
            runtime.spawn(() -> {
                        assertThat(Thread.currentThread().isInterrupted()).isFalse();
                        Thread.currentThread().interrupt();
                        return null;
                    })
                    .join();
        }
    }

    @Test
    void nameAndContextClassLoader() {
        ClassLoader original = Thread.currentThread().getContextClassLoader();
        for (int i = 0; i < TASKS; i++) {
            runtime.spawn(() -> {
                        Thread thread = Thread.currentThread();
                        assertThat(thread.getContextClassLoader()).isSameAs(original);
                        assertThat(thread.getName()).doesNotContain("renamed");
                        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
                        thread.setName("renamed");
                        return null;
                    })
                    .join();
        }
    }

    @Test
    void aLateUnparkForAnEarlierTaskOnTheSameFiber() {
        assumeThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        assumeThat(runtime.metrics().scheduler()).isEqualTo(SchedulerKind.WORKERS);
        Thread fiber = runtime.spawn(Thread::currentThread).join();
        for (int i = 0; i < TASKS; i++) {
            LockSupport.unpark(fiber);
            Gate gate = new Gate();
            var handle = runtime.spawn(gate::pass);
            LockSupport.unpark(fiber);
            gate.open();
            assertThat(handle.join()).isNull();
        }
    }

    @Test
    void anAbortNeverHitsTheNextTask() {
        for (int i = 0; i < 10 * TASKS; i++) {
            var victim = runtime.spawn(() -> 1);
            var next = runtime.spawn(() -> Thread.currentThread().isInterrupted());
            victim.abort();
            assertThat(next.join()).isFalse();
        }
    }
}
