package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpEchoTest {

    private static final int LARGE = 16 << 20;

    private static Object serve(AsyncRuntime runtime, TcpListener listener) throws IOException {
        try {
            for (; ; ) {
                TcpStream stream = listener.accept();
                runtime.spawn(() -> echo(stream));
            }
        } catch (ClosedChannelException over) {
            return null;
        }
    }

    private static Object echo(TcpStream stream) throws IOException {
        try (stream) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(16 << 10);
            while (stream.read(buffer) >= 0) {
                stream.writeAll(buffer.flip());
                buffer.clear();
            }
        }
        return null;
    }

    private static int exchange(InetSocketAddress address, int rounds) throws IOException {
        int right = 0;
        try (TcpStream stream = TcpStream.connect(address)) {
            for (int i = 0; i < rounds; i++) {
                String text = "message " + i;
                Sockets.writeText(stream, text);
                StringBuilder answer = new StringBuilder();
                while (answer.length() < text.length()) {
                    answer.append(Sockets.readText(stream));
                }
                right += answer.toString().equals(text) ? 1 : 0;
            }
            stream.shutdownOutput();
            assertThat(Sockets.readText(stream)).isNull();
        }
        return right;
    }

    @Test
    void oneConnectionGetsBackWhatItSends() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            runtime.spawn(() -> serve(runtime, listener));
            assertThat(Sockets.in(runtime, () -> exchange(listener.localAddress(), 2_000)))
                    .isEqualTo(2_000);
        }
    }

    @Test
    void aHundredConnectionsGetBackWhatTheySend() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            runtime.spawn(() -> serve(runtime, listener));
            List<JoinHandle<Integer>> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(runtime.spawn(() -> exchange(listener.localAddress(), 50)));
            }
            assertThat(clients).allSatisfy(client -> assertThat(client.join()).isEqualTo(50));
            // The listener is left.
            Sockets.awaitRegistrations(runtime, 1);
        }
    }

    @Test
    void tasksOfTheBlockingPoolAndOfBlockOnMayUseSocketsToo() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            runtime.spawn(() -> serve(runtime, listener));
            InetSocketAddress address = listener.localAddress();
            JoinHandle<Integer> blocking = runtime.spawnBlocking(() -> exchange(address, 100));
            assertThat(runtime.<Integer, IOException>blockOn(() -> exchange(address, 100)))
                    .isEqualTo(100);
            assertThat(blocking.join()).isEqualTo(100);
        }
    }

    @Test
    void moreThanTheSocketsBufferComesThroughWholeInBothDirections() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            runtime.spawn(() -> serve(runtime, listener));
            List<JoinHandle<Boolean>> clients = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int seed = i;
                clients.add(runtime.spawn(() -> sendAndCompare(runtime, listener.localAddress(), seed)));
            }
            assertThat(clients).allSatisfy(client -> assertThat(client.join()).isTrue());
        }
    }

    private static boolean sendAndCompare(AsyncRuntime runtime, InetSocketAddress address, int seed)
            throws IOException {
        byte[] payload = new byte[LARGE];
        new Random(seed).nextBytes(payload);
        CRC32C sent = new CRC32C();
        sent.update(payload);
        CRC32C received = new CRC32C();
        try (TcpStream stream = TcpStream.connect(address)) {
            JoinHandle<Object> writer = runtime.spawn(() -> {
                stream.writeAll(ByteBuffer.wrap(payload));
                stream.shutdownOutput();
                return null;
            });
            ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
            while (stream.read(buffer) >= 0) {
                received.update(buffer.flip());
                buffer.clear();
            }
            writer.join();
        }
        return sent.getValue() == received.getValue();
    }
}
