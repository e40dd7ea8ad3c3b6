package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.net.TcpListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The threads that a runtime has for itself. */
@Timeout(60)
class ServiceThreadTest {

    /** While an interrupt is pending nothing parks, so a thread that kept it would spin for ever. */
    @Test
    void anInterruptThatSomebodySendsThemIsForgotten() throws IOException {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .name("interrupted")
                .netDriver(NetDriver.SELECTOR)
                .build()) {
            // Which takes the selector's thread.
            runtime.blockOn(() -> TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
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
