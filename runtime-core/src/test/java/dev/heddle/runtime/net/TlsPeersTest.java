package dev.heddle.runtime.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others understand by TLS. */
@Timeout(60)
class TlsPeersTest {

    private static final int LARGE = 1 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void nothingIsLeftOpen() {
        try (runtime) {
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private interface Peer<T> {
        T talk() throws Exception;
    }

    /** Runs what waits in the JDK's way on a thread of the platform. */
    private static <T> CompletableFuture<T> onAThread(Peer<T> peer) {
        CompletableFuture<T> end = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            try {
                end.complete(peer.talk());
            } catch (Exception | AssertionError e) {
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    private static Object echo(TlsStream stream) throws IOException {
        try (stream) {
            ByteBuffer buffer = ByteBuffer.allocate(20_000);
            while (stream.read(buffer) >= 0) {
                stream.writeAll(buffer.flip());
                buffer.clear();
            }
            stream.shutdownOutput();
        }
        return "echoed";
    }

    private static SSLSocket socketTo(TcpListener listener, String protocol) throws IOException {
        InetSocketAddress address = listener.localAddress();
        SSLSocket socket =
                (SSLSocket) TestKeys.nobody().getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setEnabledProtocols(new String[] {protocol});
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void aSocketOfTheJdkIsServed(String protocol) throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<Object> server =
                    runtime.spawn(() -> echo(TlsPair.acceptor().accept(listener.accept())));
            CompletableFuture<byte[]> peer = onAThread(() -> {
                try (SSLSocket socket = socketTo(listener, protocol)) {
                    OutputStream out = socket.getOutputStream();
                    CompletableFuture<Object> writer = onAThread(() -> {
                        out.write(payload());
                        return null;
                    });
                    byte[] back = socket.getInputStream().readNBytes(LARGE);
                    writer.get();
                    return back;
                }
            });
            assertThat(peer.get()).isEqualTo(payload());
            assertThat(server.join()).isEqualTo("echoed");
        }
    }

    private static byte[] payload() {
        byte[] payload = new byte[LARGE];
        for (int i = 0; i < LARGE; i++) {
            payload[i] = (byte) (i ^ i >> 8);
        }
        return payload;
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void aServerSocketOfTheJdkIsTalkedTo(String protocol) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket)
                TestKeys.peer().getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            listener.setEnabledProtocols(new String[] {protocol});
            CompletableFuture<Object> peer = onAThread(() -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    byte[] all = socket.getInputStream().readNBytes(LARGE);
                    socket.getOutputStream().write(all);
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                }
                return null;
            });
            ByteBuffer back = Sockets.in(runtime, () -> {
                try (TlsStream stream = TlsPair.connector().connect("localhost", listener.getLocalPort(), LIMIT)) {
                    stream.writeAll(ByteBuffer.wrap(payload()));
                    ByteBuffer all = ByteBuffer.allocate(LARGE);
                    stream.readFully(all);
                    stream.shutdownOutput();
                    assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                    return all.flip();
                }
            });
            peer.get();
            assertThat(back).isEqualTo(ByteBuffer.wrap(payload()));
        }
    }

    /** What the JDK calls another handshake is an exchange of keys in TLS 1.3. */
    @Test
    void aPeerMayChangeTheKeysWhileBothDirectionsCarryData() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<Object> server =
                    runtime.spawn(() -> echo(TlsPair.acceptor().accept(listener.accept())));
            CompletableFuture<Object> peer = onAThread(() -> {
                try (SSLSocket socket = socketTo(listener, TlsPair.TLS_1_3)) {
                    OutputStream out = socket.getOutputStream();
                    InputStream in = socket.getInputStream();
                    byte[] some = new byte[30_000];
                    for (int i = 0; i < 20; i++) {
                        out.write(some);
                        socket.startHandshake();
                        out.write(some);
                        assertThat(in.readNBytes(60_000)).hasSize(60_000);
                    }
                }
                return null;
            });
            peer.get();
            assertThat(server.join()).isEqualTo("echoed");
        }
    }

    @Test
    void anAnswerThatThePeerDoesNotReadYetHoldsNothingUp() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            CompletableFuture<SSLSocket> connected = onAThread(() -> {
                SSLSocket socket = socketTo(listener, TlsPair.TLS_1_3);
                socket.startHandshake();
                return socket;
            });
            try (TlsStream stream = Sockets.in(runtime, () -> TlsPair.acceptor().accept(listener.accept()));
                    SSLSocket socket = connected.get()) {
                JoinHandle<Object> writer = runtime.spawn(() -> {
                    stream.writeAll(ByteBuffer.allocate(64 << 20));
                    return null;
                });
                Sockets.awaitWaiting(runtime, writer);
                for (int i = 0; i < 3; i++) {
                    socket.startHandshake();
                }
                socket.getOutputStream().write("text".getBytes(UTF_8));
                assertThat(Sockets.in(runtime, () -> Sockets.readText(stream))).isEqualTo("text");
                socket.getInputStream().skipNBytes(64 << 20);
                writer.join();
                Sockets.in(runtime, () -> Sockets.writeText(stream, "under new keys"));
                assertThat(socket.getInputStream().readNBytes(14)).isEqualTo("under new keys".getBytes(UTF_8));
            }
        }
    }

    @Test
    void aPeerThatWantsAnswersAndNeverReadsThemIsGivenUp() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            CompletableFuture<SSLSocket> connected = onAThread(() -> {
                SSLSocket socket = socketTo(listener, TlsPair.TLS_1_3);
                socket.startHandshake();
                return socket;
            });
            try (TlsStream stream = Sockets.in(runtime, () -> TlsPair.acceptor().accept(listener.accept()));
                    SSLSocket socket = connected.get()) {
                JoinHandle<Object> writer = runtime.spawn(() -> {
                    stream.writeAll(ByteBuffer.allocate(64 << 20));
                    return null;
                });
                Sockets.awaitWaiting(runtime, writer);
                JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(stream));
                while (!reader.isDone()) {
                    socket.startHandshake();
                }
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(reader::join)
                        .withCauseInstanceOf(SSLException.class)
                        .withMessageContaining("does not read them");
                stream.close();
                assertThatExceptionOfType(CompletionException.class).isThrownBy(writer::join);
            }
        }
    }

    @Test
    void aPeerThatWantsToNegotiateAgainIsRefused() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<Object> server =
                    runtime.spawn(() -> echo(TlsPair.acceptor().accept(listener.accept())));
            CompletableFuture<Object> peer = onAThread(() -> {
                try (SSLSocket socket = socketTo(listener, TlsPair.TLS_1_2)) {
                    socket.startHandshake();
                    socket.startHandshake();
                    return socket.getInputStream().read();
                }
            });
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(server::join)
                    .withCauseInstanceOf(SSLException.class)
                    .withMessageContaining("negotiate again");
            assertThat(peer.handle((answer, failure) -> failure != null || answer.equals(-1))
                            .get())
                    .isTrue();
        }
    }

    /** A command of OpenSSL that is talked to by its input and output. */
    private record OpenSsl(Process process, BufferedReader out, Writer in) implements AutoCloseable {

        static OpenSsl start(String... arguments) throws IOException {
            List<String> command = new ArrayList<>(List.of("openssl"));
            command.addAll(List.of(arguments));
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new OpenSsl(process, process.inputReader(UTF_8), process.outputWriter(UTF_8));
        }

        static void assumePresent() throws InterruptedException {
            boolean present;
            try {
                Process version = new ProcessBuilder("openssl", "version")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                present = version.waitFor() == 0;
            } catch (IOException noSuchCommand) {
                present = false;
            }
            assumeTrue(present, "there is no openssl on this machine");
        }

        void say(String line) throws IOException {
            in.write(line + "\n");
            in.flush();
        }

        /** Reads lines until one contains a text, and returns that. */
        String await(String text) throws IOException {
            StringBuilder seen = new StringBuilder();
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                seen.append(line).append('\n');
                if (line.contains(text)) {
                    return line;
                }
            }
            throw new AssertionError("No '" + text + "' in what it said:\n" + seen);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void theClientOfOpenSslIsServed(String protocol, @TempDir Path folder) throws Exception {
        OpenSsl.assumePresent();
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<String> server = runtime.spawn(() -> {
                TlsAcceptor acceptor =
                        TlsPair.acceptor().applicationProtocols("h2").parameters(p -> p.setNeedClientAuth(true));
                try (TlsStream stream = acceptor.accept(listener.accept())) {
                    Lines lines = new Lines(stream, 1000);
                    for (String line = lines.read(); line != null; line = lines.read()) {
                        lines.write("you said " + line);
                    }
                    return stream.session().getPeerPrincipal().getName();
                }
            });
            String pem = TestKeys.pem(folder).toString();
            try (OpenSsl client = OpenSsl.start(
                    "s_client",
                    protocol,
                    "-connect",
                    "127.0.0.1:" + listener.localAddress().getPort(),
                    "-servername",
                    TestKeys.NAME,
                    "-verify_return_error",
                    "-verify_hostname",
                    TestKeys.NAME,
                    "-CAfile",
                    pem,
                    "-cert",
                    pem,
                    "-key",
                    pem,
                    "-alpn",
                    "h2")) {
                client.await("ALPN protocol: h2");
                client.say("hello");
                assertThat(client.await("you said")).isEqualTo("you said hello");
                if (protocol.equals("-tls1_3")) {
                    client.say("K"); // changes its keys, and asks for ours to be changed
                    client.await("KEYUPDATE");
                    client.say("again");
                    assertThat(client.await("you said")).isEqualTo("you said again");
                }
                client.say("Q"); // ends, with a close_notify
                assertThat(server.join()).isEqualTo("CN=" + TestKeys.NAME);
                assertThat(client.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void theServerOfOpenSslIsTalkedTo(String protocol, @TempDir Path folder) throws Exception {
        OpenSsl.assumePresent();
        String pem = TestKeys.pem(folder).toString();
        try (OpenSsl server = OpenSsl.start(
                "s_server", protocol, "-accept", "127.0.0.1:0", "-cert", pem, "-key", pem, "-alpn", "x,h2", "-rev")) {
            String accepting = server.await("ACCEPT ");
            int port = Integer.parseInt(accepting.substring(accepting.lastIndexOf(':') + 1));
            Sockets.in(runtime, () -> {
                TlsConnector connector = TlsPair.connector().applicationProtocols("h2");
                try (TlsStream stream = connector.connect("localhost", port, LIMIT)) {
                    assertThat(stream.applicationProtocol()).contains("h2");
                    Lines lines = new Lines(stream, 1000);
                    lines.write("stressed");
                    assertThat(lines.read()).isEqualTo("desserts");
                    stream.shutdownOutput();
                    assertThat(lines.read()).isNull();
                }
                return null;
            });
        }
    }
}
