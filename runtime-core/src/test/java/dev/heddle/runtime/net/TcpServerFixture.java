package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the tests of servers share: a runtime that has nothing left over at the end, servers on it, and clients. */
@Timeout(60)
abstract class TcpServerFixture {

    /** A drain that waits for its end fails its test. */
    static final Duration LONG = Duration.ofHours(1);

    static final byte[] TOO_MANY = "too many\n".getBytes(StandardCharsets.UTF_8);

    final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    final AsyncRuntime runtime = AsyncRuntime.newMultiThread()
            .workerThreads(2)
            .uncaughtTaskHandler((task, failure) -> uncaught.add(failure))
            .build();
    final List<TcpServer> servers = new ArrayList<>();

    /** Answers each piece with itself, and counts those that see the end of their input. */
    static final class Echo implements ConnectionHandler {

        final AtomicInteger ended = new AtomicInteger();

        @Override
        public void handle(TcpStream stream) throws IOException {
            for (String text = Sockets.readText(stream); text != null; text = Sockets.readText(stream)) {
                Sockets.writeText(stream, text);
            }
            ended.incrementAndGet();
        }

        @Override
        public void refuse(TcpStream stream) throws IOException {
            stream.writeAll(ByteBuffer.wrap(TOO_MANY));
        }
    }

    static final class Client implements AutoCloseable {

        private final Socket socket;

        Client(TcpServer server) throws IOException {
            InetSocketAddress address = server.localAddress();
            socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String receive(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        String ask(String text) throws IOException {
            send(text);
            return receive(text.length());
        }

        /** Returns what comes until the other end is gone, in whatever way. */
        String receiveAll() throws IOException {
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (SocketException reset) {
                return "";
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @AfterEach
    void close() {
        servers.forEach(TcpServer::close);
        assertThat(runtime.shutdown(LONG).isClean()).isTrue();
        assertThat(runtime.metrics().ioRegistrations()).isZero();
    }

    final TcpServerBuilder builder(ConnectionHandler handler) {
        return TcpServer.builder(runtime, handler).address(Sockets.anyPort());
    }

    final TcpServer start(TcpServerBuilder builder) throws IOException {
        TcpServer server = builder.build();
        servers.add(server);
        server.start();
        return server;
    }

    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    static void awaitOpen(TcpServer server, int count) {
        soon().until(() -> server.metrics().open() == count);
    }
}
