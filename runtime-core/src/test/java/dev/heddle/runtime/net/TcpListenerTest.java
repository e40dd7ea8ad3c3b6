package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpListenerTest {

    @Test
    void portZeroLetsTheSystemChoose() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener first = Sockets.listen(runtime);
                TcpListener second = Sockets.listen(runtime)) {
            assertThat(first.localAddress().getPort()).isPositive();
            assertThat(second.localAddress().getPort())
                    .isPositive()
                    .isNotEqualTo(first.localAddress().getPort());
        }
    }

    @Test
    void manyTasksAcceptAndEachConnectionIsAcceptedOnce() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            AtomicInteger accepted = new AtomicInteger();
            List<JoinHandle<Object>> acceptors = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                acceptors.add(runtime.spawn(() -> {
                    for (int n = 0; n < 20; n++) {
                        try (TcpStream stream = listener.accept()) {
                            Sockets.writeText(stream, "number " + accepted.incrementAndGet());
                        }
                    }
                    return null;
                }));
            }
            List<JoinHandle<String>> clients = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                clients.add(runtime.spawn(() -> {
                    try (TcpStream stream = TcpStream.connect(listener.localAddress())) {
                        return Sockets.readText(stream);
                    }
                }));
            }
            acceptors.forEach(JoinHandle::join);
            assertThat(clients.stream().map(JoinHandle::join)).doesNotHaveDuplicates();
            assertThat(accepted).hasValue(200);
            Sockets.awaitRegistrations(runtime, 1);
        }
    }

    @Test
    void aCloseWakesEveryAccept() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            List<JoinHandle<TcpStream>> acceptors = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                acceptors.add(runtime.spawn(listener::accept));
            }
            acceptors.forEach(acceptor -> Sockets.awaitWaiting(runtime, acceptor));
            listener.close();
            assertThat(acceptors)
                    .allSatisfy(acceptor -> assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(acceptor::join)
                            .withCauseInstanceOf(ClosedChannelException.class));
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    @Test
    void anAcceptAfterTheCloseThrowsAndASecondCloseIsHarmless() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            TcpListener listener = Sockets.listen(runtime);
            listener.close();
            listener.close();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, listener::accept))
                    .withCauseInstanceOf(ClosedChannelException.class);
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    @Test
    void aPortThatIsTakenIsRefused() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            InetSocketAddress taken = listener.localAddress();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> TcpListener.bind(taken)))
                    .withCauseInstanceOf(IOException.class);
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(1);
        }
    }

    @Test
    void aPortIsFreeAgainAfterTheClose() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            InetSocketAddress address;
            try (TcpListener listener = Sockets.listen(runtime)) {
                address = listener.localAddress();
                JoinHandle<TcpStream> acceptor = runtime.spawn(listener::accept);
                new Socket(address.getAddress(), address.getPort()).close();
                acceptor.join().close();
            }
            // The selector releases the descriptor, and with it the port, when it selects next.
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            Sockets.in(runtime, () -> TcpListener.bind(address)).close());
        }
    }

    @Test
    void anAbortedAcceptLosesNoConnection() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<TcpStream> aborted = runtime.spawn(listener::accept);
            Sockets.awaitWaiting(runtime, aborted);
            aborted.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(aborted::join);
            InetSocketAddress address = listener.localAddress();
            try (Socket peer = new Socket(address.getAddress(), address.getPort());
                    TcpStream accepted = Sockets.in(runtime, listener::accept)) {
                assertThat(accepted.remoteAddress().getPort()).isEqualTo(peer.getLocalPort());
            }
        }
    }

    @Test
    void bindingOutsideATaskSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TcpListener.bind(Sockets.anyPort()))
                .withMessageContaining("TcpListener.bind needs a runtime");
    }
}
