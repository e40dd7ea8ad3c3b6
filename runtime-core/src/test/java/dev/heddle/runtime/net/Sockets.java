package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/** What the tests of sockets share. */
final class Sockets {

    /** Two ends of one connection. */
    record Pair(TcpStream client, TcpStream server) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            client.close();
            server.close();
        }
    }

    private Sockets() {}

    static AsyncRuntime twoWorkers() {
        return AsyncRuntime.newMultiThread().workerThreads(2).build();
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Returns an address that nobody listens on. A {@link TcpListener}'s port closes a moment after it. */
    static InetSocketAddress nobody() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), closed.getLocalPort());
        }
    }

    static <T> T in(AsyncRuntime runtime, Callable<T> body) {
        return runtime.spawn(body).join();
    }

    static TcpListener listen(AsyncRuntime runtime) {
        return in(runtime, () -> TcpListener.bind(anyPort()));
    }

    static Pair connect(AsyncRuntime runtime) {
        return in(runtime, () -> {
            try (TcpListener listener = TcpListener.bind(anyPort())) {
                TcpStream client = TcpStream.connect(listener.localAddress());
                return new Pair(client, listener.accept());
            }
        });
    }

    /** Reads once and returns what came, or {@code null} at the end of the stream. */
    static String readText(SocketStream stream) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        if (stream.read(buffer) < 0) {
            return null;
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
    }

    static Void writeText(SocketStream stream, String text) throws IOException {
        stream.writeAll(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        return null;
    }

    /** Waits until a task waits for a socket. */
    static void awaitWaiting(AsyncRuntime runtime, JoinHandle<?> handle) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> runtime.tasks().stream()
                        .anyMatch(task -> task.id() == handle.id().value()
                                && task.state() == TaskState.WAITING
                                && "socket".equals(task.waitingOn())));
    }

    /** Waits until a task waits, for whatever: a select may be for several things. */
    static void awaitSelecting(AsyncRuntime runtime, JoinHandle<?> handle) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> runtime.tasks().stream()
                        .anyMatch(task -> task.id() == handle.id().value() && task.state() == TaskState.WAITING));
    }

    /** Has a task write, and aborts it when it waits for room. How far it came is the position of what it wrote. */
    static void abortAWrite(AsyncRuntime runtime, SocketStream stream, ByteBuffer outgoing) {
        JoinHandle<Object> writer = runtime.spawn(() -> {
            stream.writeAll(outgoing);
            return null;
        });
        awaitWaiting(runtime, writer);
        writer.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(writer::join);
    }

    static void awaitRegistrations(AsyncRuntime runtime, int count) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> runtime.metrics().ioRegistrations() == count);
    }
}
