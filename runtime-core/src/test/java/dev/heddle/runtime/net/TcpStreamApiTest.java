package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a stream offers beside plain reads and writes. */
@Timeout(60)
class TcpStreamApiTest {

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    private interface Body {
        void run(TcpStream client, TcpStream server) throws Exception;
    }

    private static void onAPair(Body body) throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            Sockets.in(runtime, () -> {
                body.run(pair.client(), pair.server());
                return null;
            });
        }
    }

    @Test
    void whatWasPeekedAtIsReadAgain() throws Exception {
        onAPair((client, server) -> {
            Sockets.writeText(server, "abcdef");
            ByteBuffer peeked = ByteBuffer.allocate(3);
            ByteBuffer read = ByteBuffer.allocate(6);
            assertThat(client.peek(peeked)).isEqualTo(3);
            assertThat(client.peek(peeked.clear())).isEqualTo(3);
            client.readFully(read);
            assertThat(text(peeked)).isEqualTo("abc");
            assertThat(text(read)).isEqualTo("abcdef");
            server.shutdownOutput();
            assertThat(client.peek(peeked.clear())).isEqualTo(-1);
        });
    }

    @Test
    void severalBuffersAreWrittenAndReadInOrder() throws Exception {
        onAPair((client, server) -> {
            ByteBuffer direct = ByteBuffer.allocateDirect(4).put(bytes("cdef")).flip();
            server.writeAll(new ByteBuffer[] {bytes("ab"), bytes(""), direct, bytes("g")});
            ByteBuffer first = ByteBuffer.allocate(3);
            ByteBuffer second = ByteBuffer.allocateDirect(4);
            while (second.hasRemaining()) {
                assertThat(client.read(new ByteBuffer[] {first, second})).isPositive();
            }
            assertThat(text(first)).isEqualTo("abc");
            assertThat(text(second)).isEqualTo("defg");
            assertThat(client.read(new ByteBuffer[] {ByteBuffer.allocate(0)})).isZero();
            assertThat(client.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).isZero();
        });
    }

    @Test
    void buffersOfAllKindsAndSegmentsCarryTheSame() throws Exception {
        onAPair((client, server) -> {
            try (Arena arena = Arena.ofShared()) {
                server.writeAll(bytes("heap ").asReadOnlyBuffer());
                server.writeAll(MemorySegment.ofArray("array ".getBytes(StandardCharsets.UTF_8)));
                MemorySegment foreign = arena.allocate(7);
                MemorySegment.copy(MemorySegment.ofArray("foreign".getBytes(StandardCharsets.UTF_8)), 0, foreign, 0, 7);
                server.writeAll(foreign);
                server.shutdownOutput();
                MemorySegment into = arena.allocate(64);
                StringBuilder all = new StringBuilder();
                for (int count = client.read(into); count >= 0; count = client.read(into)) {
                    all.append(
                            StandardCharsets.UTF_8.decode(into.asSlice(0, count).asByteBuffer()));
                }
                assertThat(all).hasToString("heap array foreign");
            }
        });
    }

    @Test
    void aBufferIsUsedFromItsPositionToItsLimit() throws Exception {
        onAPair((client, server) -> {
            server.writeAll(bytes("0123456789").position(2).limit(5));
            ByteBuffer into = ByteBuffer.allocate(8).position(1).limit(6);
            client.readFully(into.limit(4));
            assertThat(into.position()).isEqualTo(4);
            assertThat(new String(into.array(), 1, 3, StandardCharsets.UTF_8)).isEqualTo("234");
            assertThat(into.array()[0]).isZero();
        });
    }

    @Test
    void aStreamThatEndsTooEarlySaysSo() throws Exception {
        onAPair((client, server) -> {
            Sockets.writeText(server, "abc");
            server.shutdownOutput();
            ByteBuffer four = ByteBuffer.allocate(4);
            assertThatExceptionOfType(EOFException.class).isThrownBy(() -> client.readFully(four));
            assertThat(text(four)).isEqualTo("abc");
        });
    }

    @Test
    void aReadThatTakesTooLongTimesOutAndTheStreamGoesOn() throws Exception {
        onAPair((client, server) -> {
            client.setReadTimeout(Duration.ofMillis(5));
            ByteBuffer buffer = ByteBuffer.allocate(8);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.read(buffer));
            assertThat(buffer.position()).isZero();
            client.setReadTimeout(null);
            Sockets.writeText(server, "late");
            client.readFully(buffer.limit(4));
            assertThat(text(buffer)).isEqualTo("late");
        });
    }

    @Test
    void aWriteThatTakesTooLongTimesOut() throws Exception {
        onAPair((client, server) -> {
            client.setWriteTimeout(Duration.ofMillis(5));
            ByteBuffer endless = ByteBuffer.allocate(64 << 20);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.writeAll(endless));
            assertThat(endless.hasRemaining()).isTrue();
        });
    }

    @Test
    void aTimeoutThatIsNotPositiveIsRefused() throws Exception {
        onAPair((client, server) -> assertThatIllegalArgumentException()
                .isThrownBy(() -> client.setReadTimeout(Duration.ZERO))
                .withMessageContaining("PT0S"));
    }

    /** A listener whose backlog is full does not answer. */
    @Test
    void aConnectThatTakesTooLongTimesOutAndLeavesNoRegistration() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                ServerSocketChannel full = ServerSocketChannel.open().bind(Sockets.anyPort(), 1)) {
            InetSocketAddress address = (InetSocketAddress) full.getLocalAddress();
            List<TcpStream> queued = new ArrayList<>();
            Callable<TcpStream> connect = () -> TcpStream.connect(address, Duration.ofMillis(50));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            queued.add(Sockets.in(runtime, connect));
                        }
                    })
                    .withCauseInstanceOf(SocketTimeoutException.class);
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(queued.size());
            for (TcpStream stream : queued) {
                stream.close();
            }
        }
    }

    @Test
    void aHostIsLookedUpAndEachOfItsAddressesTried() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            int port = listener.localAddress().getPort();
            // It may have an address of IPv6 too, where nobody listens.
            try (TcpStream stream =
                    Sockets.in(runtime, () -> TcpStream.connect("localhost", port, Duration.ofSeconds(30)))) {
                assertThat(stream.remoteAddress().getPort()).isEqualTo(port);
            }
            int nobody = Sockets.nobody().getPort();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() ->
                            Sockets.in(runtime, () -> TcpStream.connect("localhost", nobody, Duration.ofSeconds(30))))
                    .withCauseInstanceOf(ConnectException.class);
        }
    }

    @Test
    void optionsAreSetAndRead() throws Exception {
        onAPair((client, server) -> {
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            client.setNoDelay(false);
            client.setKeepAlive(true);
            client.setLinger(3);
            client.setOption(StandardSocketOptions.SO_SNDBUF, 50_000);
            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
            assertThat(client.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
            assertThat(client.getOption(StandardSocketOptions.SO_SNDBUF)).isEqualTo(50_000);
            client.setLinger(-1);
            assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(-1);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> client.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
        });
    }

    @Test
    void aLingerOfZeroResetsTheConnection() throws Exception {
        onAPair((client, server) -> {
            server.setLinger(0);
            server.close();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> client.read(ByteBuffer.allocate(1)))
                    .withMessageContaining("reset");
        });
    }

    @Test
    void theHalvesOfAStreamEndOneByOne() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            StreamHalves halves = pair.client().split();
            JoinHandle<Object> writer = runtime.spawn(() -> {
                try (StreamHalves.WriteHalf half = halves.writer()) {
                    half.writeAll(bytes("question"));
                }
                return null;
            });
            JoinHandle<String> reader = runtime.spawn(() -> {
                try (StreamHalves.ReadHalf half = halves.reader()) {
                    ByteBuffer buffer = ByteBuffer.allocate(6);
                    while (buffer.hasRemaining() && half.read(buffer) >= 0) {
                        // Until it has all.
                    }
                    return text(buffer);
                }
            });
            assertThat(Sockets.in(runtime, () -> {
                        String question = Sockets.readText(pair.server());
                        String end = Sockets.readText(pair.server());
                        Sockets.writeText(pair.server(), "answer");
                        return question + ", " + end;
                    }))
                    .isEqualTo("question, null");
            writer.join();
            assertThat(reader.join()).isEqualTo("answer");
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @Test
    void librariesOfBlockingStreamsCanUseOne() throws Exception {
        onAPair((client, server) -> {
            try (OutputStream out = server.asOutputStream();
                    InputStream in = client.asInputStream()) {
                out.write('>');
                out.write("line".getBytes(StandardCharsets.UTF_8));
                assertThat(in.read()).isEqualTo('>');
                assertThat(new String(in.readNBytes(4), StandardCharsets.UTF_8)).isEqualTo("line");
                server.shutdownOutput();
                assertThat(in.read()).isEqualTo(-1);
            }
            assertThat(client.isOpen()).isFalse();
        });
    }

    @Test
    void aListenerMayShareItsPortAndTheWildcardTakesBothFamilies() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            Sockets.in(runtime, () -> {
                try (TcpListener first = TcpListener.bind(new InetSocketAddress(0), 16, true);
                        TcpListener second = TcpListener.bind(first.localAddress(), 16, true);
                        TcpStream stream = TcpStream.connect(new InetSocketAddress(
                                InetAddress.getLoopbackAddress(),
                                second.localAddress().getPort()))) {
                    assertThat(stream.remoteAddress().getPort())
                            .isEqualTo(first.localAddress().getPort());
                }
                return null;
            });
        }
    }
}
