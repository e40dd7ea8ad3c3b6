package dev.heddle.runtime.examples;

import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.Spawner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

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
}
