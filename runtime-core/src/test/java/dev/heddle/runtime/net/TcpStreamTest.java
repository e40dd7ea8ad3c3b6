package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpStreamTest {

    private static final int MORE_THAN_THE_BUFFERS = 32 << 20;

    @Test
    void aRefusedConnectThrows() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            InetSocketAddress nobody = Sockets.nobody();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> TcpStream.connect(nobody)))
                    .withCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void anUnresolvedAddressIsRefused() {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> TcpStream.connect(unresolved)))
                    .withCauseInstanceOf(UnresolvedAddressException.class);
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    @Test
    void theWildcardOfAFamilyLeadsToItsLoopback() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                ServerSocket listener = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            InetSocketAddress wildcard =
                    new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), listener.getLocalPort());
            try (TcpStream stream = Sockets.in(runtime, () -> TcpStream.connect(wildcard))) {
                assertThat(stream.remoteAddress()).isEqualTo(listener.getLocalSocketAddress());
            }
        }
    }

    @Test
    void connectingOutsideATaskSaysWhatToDo() {
        assertThatIllegalStateException()
                .isThrownBy(() -> TcpStream.connect(Sockets.anyPort()))
                .withMessageContaining("TcpStream.connect needs a runtime");
    }

    @Test
    void bothEndsKnowTheirAddresses() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            assertThat(pair.client().localAddress()).isEqualTo(pair.server().remoteAddress());
            assertThat(pair.server().localAddress()).isEqualTo(pair.client().remoteAddress());
            assertThat(pair.client().isOpen()).isTrue();
        }
    }

    @Test
    void anEmptyBufferNeedsNoWait() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            ByteBuffer empty = ByteBuffer.allocate(0);
            assertThat(Sockets.in(runtime, () -> pair.client().read(empty))).isZero();
            assertThat(Sockets.in(runtime, () -> pair.client().write(empty))).isZero();
        }
    }

    @Test
    void afterShutdownOutputThePeerReadsTheEndAndMayStillAnswer() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<String> server = runtime.spawn(() -> {
                String question = Sockets.readText(pair.server());
                String end = Sockets.readText(pair.server());
                Sockets.writeText(pair.server(), "answer");
                return question + ", " + end;
            });
            Sockets.in(runtime, () -> Sockets.writeText(pair.client(), "question"));
            Sockets.awaitWaiting(runtime, server);
            pair.client().shutdownOutput();
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.client())))
                    .isEqualTo("answer");
            assertThat(server.join()).isEqualTo("question, null");
        }
    }

    @Test
    void shutdownInputEndsAReadThatWaits() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<Integer> reader = runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1)));
            Sockets.awaitWaiting(runtime, reader);
            pair.client().shutdownInput();
            assertThat(reader.join()).isEqualTo(-1);
            Sockets.in(runtime, () -> Sockets.writeText(pair.client(), "still writing"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.server())))
                    .isEqualTo("still writing");
        }
    }

    @Test
    void aResetByThePeerEndsAReadThatWaits() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            InetSocketAddress address = listener.localAddress();
            Socket peer = new Socket(address.getAddress(), address.getPort());
            try (TcpStream stream = Sockets.in(runtime, listener::accept)) {
                JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(stream));
                Sockets.awaitWaiting(runtime, reader);
                peer.setSoLinger(true, 0);
                peer.close();
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(reader::join)
                        .withCauseInstanceOf(IOException.class)
                        .withMessageContaining("reset");
            }
        }
    }

    @Test
    void aSlowReaderMakesTheWriterWait() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            ByteBuffer outgoing = ByteBuffer.allocate(MORE_THAN_THE_BUFFERS);
            JoinHandle<Object> writer = runtime.spawn(() -> {
                pair.client().writeAll(outgoing);
                pair.client().shutdownOutput();
                return null;
            });
            Sockets.awaitWaiting(runtime, writer);
            assertThat(outgoing.hasRemaining()).isTrue();
            assertThat(writer.isFinished()).isFalse();
            assertThat(Sockets.in(runtime, () -> drain(pair.server()))).isEqualTo(MORE_THAN_THE_BUFFERS);
            writer.join();
        }
    }

    private static long drain(TcpStream stream) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
        long total = 0;
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
            total += count;
            buffer.clear();
        }
        return total;
    }
}
