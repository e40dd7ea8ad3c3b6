package dev.heddle.runtime.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heddle.runtime.net.ByteStream;
import dev.heddle.runtime.net.FrameTooLongException;
import dev.heddle.runtime.net.LengthPrefixedFrames;
import dev.heddle.runtime.net.Lines;
import dev.heddle.runtime.net.SocketStream;
import dev.heddle.runtime.net.StreamHalves;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.net.UdpSocket;
import dev.heddle.runtime.net.UnixListener;
import dev.heddle.runtime.net.UnixStream;
import dev.heddle.runtime.sync.Notify;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.Spawner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Sockets, in a task. */
final class NetExamples {

    private NetExamples() {}

    static void serve(Spawner spawner) throws IOException {
        // @start region="listener"
        try (TcpListener listener = TcpListener.bind(new InetSocketAddress("localhost", 7007))) {
            while (true) {
                TcpStream stream = listener.accept();
                spawner.spawn(() -> {
                    echo(stream);
                    return null;
                });
            }
        }
        // @end
    }

    static void echo(TcpStream connection) throws IOException {
        // @start region="stream"
        try (TcpStream stream = connection) {
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (stream.read(buffer) >= 0) {
                buffer.flip();
                stream.writeAll(buffer);
                buffer.clear();
            }
        }
        // @end
    }

    static void copy(ByteStream from, ByteStream to) throws IOException {
        // @start region="byte-stream"
        ByteBuffer buffer = ByteBuffer.allocateDirect(16 * 1024);
        while (from.read(buffer) >= 0) {
            buffer.flip();
            to.writeAll(buffer); // waits as long as the other end does not read
            buffer.clear();
        }
        to.shutdownOutput();
        // @end
    }

    static int firstByte(SocketStream stream) throws IOException {
        // @start region="socket-stream"
        stream.setReadTimeout(Duration.ofSeconds(5)); // a read that takes longer throws
        ByteBuffer first = ByteBuffer.allocate(1);
        return stream.peek(first) < 0 ? -1 : first.get(0); // the next read sees the byte again
        // @end
    }

    static void chat(SocketStream stream, Spawner spawner, ByteBuffer greeting) throws IOException {
        // @start region="halves"
        StreamHalves halves = stream.split();
        spawner.spawn(() -> {
            try (StreamHalves.ReadHalf reader = halves.reader()) {
                ByteBuffer buffer = ByteBuffer.allocate(4096);
                while (reader.read(buffer) >= 0) {
                    buffer.clear();
                }
            }
            return null;
        });
        try (StreamHalves.WriteHalf writer = halves.writer()) {
            writer.writeAll(greeting);
        } // tells the other end that no more will come
        // @end
    }

    static UnixStream acceptLocal(Path path) throws IOException {
        // @start region="unix-listener"
        try (UnixListener listener = UnixListener.bind(UnixDomainSocketAddress.of(path))) {
            return listener.accept();
        }
        // @end
    }

    static String askLocal(Path path, String question) throws IOException {
        // @start region="unix-stream"
        try (UnixStream stream = UnixStream.connect(UnixDomainSocketAddress.of(path))) {
            Lines lines = new Lines(stream, 4096);
            lines.write(question);
            String answer = lines.read();
            return answer == null ? "" : answer;
        }
        // @end
    }

    static void tellTime(InetSocketAddress address) throws IOException {
        // @start region="udp"
        try (UdpSocket socket = UdpSocket.bind(address)) {
            ByteBuffer question = ByteBuffer.allocate(1500);
            while (true) {
                InetSocketAddress who = socket.receive(question.clear());
                socket.send(ByteBuffer.wrap(Instant.now().toString().getBytes(UTF_8)), who);
            }
        }
        // @end
    }

    static void serveUntil(Notify stop, TcpListener listener, Spawner spawner) throws InterruptedException {
        // @start region="select"
        Select<Boolean> next = Select.<Boolean>of()
                .onReady(listener.acceptable(), stream -> {
                    spawner.spawn(() -> {
                        echo(stream);
                        return null;
                    });
                    return true;
                })
                .onNotify(stop, () -> false);
        while (next.await()) {}
        // @end
    }

    static void shout(ByteStream stream) throws IOException {
        // @start region="lines"
        Lines lines = new Lines(stream, 1024);
        for (String line = lines.read(); line != null; line = lines.read()) {
            lines.write(line.toUpperCase(Locale.ROOT));
        }
        // @end
    }

    static void answer(ByteStream stream, UnaryOperator<ByteBuffer> handler) throws IOException {
        // @start region="frames"
        LengthPrefixedFrames frames = new LengthPrefixedFrames(stream, 64 * 1024);
        for (ByteBuffer frame = frames.read(); frame != null; frame = frames.read()) {
            frames.write(handler.apply(frame));
        }
        // @end
    }

    static boolean isWellBehaved(Lines lines) throws IOException {
        // @start region="too-long"
        try {
            return lines.read() != null;
        } catch (FrameTooLongException endless) {
            return false; // what is in the stream now has no beginning: close it
        }
        // @end
    }
}
