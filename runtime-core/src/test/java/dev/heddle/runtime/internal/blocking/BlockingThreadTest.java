package dev.heddle.runtime.internal.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.TaskOptions;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What one task does to its thread is not seen by the next. */
@Timeout(60)
class BlockingThreadTest {

    private static AsyncRuntime oneThread() {
        return AsyncRuntime.newMultiThread()
                .name("pool")
                .workerThreads(1)
                .maxBlockingThreads(1)
                .build();
    }

    @Test
    void theInterruptStatusDoesNotLeak() {
        try (AsyncRuntime runtime = oneThread()) {
            Thread first = runtime.spawnBlocking(() -> {
                        Thread.currentThread().interrupt();
                        return Thread.currentThread();
                    })
                    .join();
            assertThat(runtime.spawnBlocking(() -> {
                                assertThat(Thread.currentThread()).isSameAs(first);
                                return Thread.currentThread().isInterrupted();
                            })
                            .join())
                    .isFalse();
        }
    }

    @Test
    void anAbortNeverHitsTheNextTask() {
        try (AsyncRuntime runtime = oneThread()) {
            for (int i = 0; i < 3_000; i++) {
                var aborted = runtime.spawnBlocking(() -> 1);
                var next = runtime.spawnBlocking(() -> {
                    for (int spins = 0; spins < 200; spins++) {
                        Thread.onSpinWait();
                    }
                    return Thread.currentThread().isInterrupted();
                });
                aborted.abort();
                assertThat(next.join()).as("round %d", i).isFalse();
            }
        }
    }

    @Test
    void theNameIsTheTasksWhileItRunsAndThePoolsAfter() {
        try (AsyncRuntime runtime = oneThread()) {
            var named = runtime.spawnBlocking(
                    TaskOptions.named("weave"), () -> Thread.currentThread().getName());
            assertThat(named.join()).isEqualTo("weave#" + named.id());
            runtime.spawnBlocking(() -> Thread.currentThread().setName("mine")).join();
            assertThat(runtime.spawnBlocking(() -> Thread.currentThread().getName())
                            .join())
                    .isEqualTo("pool-blocking-0");
        }
    }

    @Test
    void theContextClassLoaderIsPutBack() {
        try (AsyncRuntime runtime = oneThread()) {
            ClassLoader mine = Thread.currentThread().getContextClassLoader();
            runtime.spawnBlocking(() -> Thread.currentThread().setContextClassLoader(null))
                    .join();
            assertThat(runtime.spawnBlocking(() -> Thread.currentThread().getContextClassLoader())
                            .join())
                    .isSameAs(mine);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void threadLocalsDoNotLeak() {
        ThreadLocal<String> local = new ThreadLocal<>();
        InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        inheritable.set("of the spawner");
        try (AsyncRuntime runtime = oneThread()) {
            runtime.spawnBlocking(() -> {
                        local.set("left");
                        inheritable.set("left");
                    })
                    .join();
            AtomicReference<String> seen = new AtomicReference<>("unset");
            runtime.spawnBlocking(() -> seen.set(local.get() + ", " + inheritable.get()))
                    .join();
            assertThat(seen.get()).isEqualTo("null, null");
        } finally {
            inheritable.remove();
        }
    }
}
