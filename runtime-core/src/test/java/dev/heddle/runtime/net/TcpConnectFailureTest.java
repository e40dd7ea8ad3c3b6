package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpConnectFailureTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Test
    void aConnectThatFailsLeavesNoRegistration() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            InetSocketAddress nobody = Sockets.nobody();
            for (int i = 0; i < 100; i++) {
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(() -> Sockets.in(runtime, () -> TcpStream.connect(nobody)));
            }
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    @Test
    void aHostThatIsNotKnownIsTheCallersToHearOfAndNobodyElses() {
        Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .uncaughtTaskHandler((task, failure) -> uncaught.add(failure))
                .build()) {
            // No name server is asked for what can be no name.
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> TcpStream.connect("[::nowhere", 80, TIMEOUT)))
                    .withCauseInstanceOf(UnknownHostException.class);
        }
        assertThat(uncaught).isEmpty();
    }

    @Test
    void aConnectThatIsInterruptedLeavesNoRegistration() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            for (int i = 0; i < 100; i++) {
                Sockets.in(runtime, () -> {
                    Thread.currentThread().interrupt();
                    try (TcpStream connected = TcpStream.connect(listener.localAddress())) {
                        return connected.isOpen();
                    } catch (InterruptedIOException e) {
                        return false;
                    }
                });
            }
            Sockets.awaitRegistrations(runtime, 1);
        }
    }
}
