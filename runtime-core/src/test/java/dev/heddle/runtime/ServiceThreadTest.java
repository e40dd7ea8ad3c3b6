package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads that a runtime has for itself. */
@Timeout(60)
class ServiceThreadTest {

    /** While an interrupt is pending nothing parks, so a thread that kept it would spin for ever. */
    @Test
    void anInterruptThatSomebodySendsThemIsForgotten() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().name("interrupted").build()) {
            runtime.start();
            List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("interrupted-"))
                    .toList();
            assertThat(threads).isNotEmpty();
            threads.forEach(Thread::interrupt);
            await().until(() -> threads.stream().noneMatch(Thread::isInterrupted));
            assertThat(runtime.spawn(() -> 42).join()).isEqualTo(42);
        }
    }
}
