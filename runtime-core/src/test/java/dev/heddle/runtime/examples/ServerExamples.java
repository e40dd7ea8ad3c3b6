package dev.heddle.runtime.examples;

import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.net.DrainReport;
import dev.heddle.runtime.net.Lines;
import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerMetrics;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.Spawner;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A server of connections. */
final class ServerExamples {

    private ServerExamples() {}

    // @start region="handler"
    static final class Greeter implements ConnectionHandler {

        @Override
        public void handle(TcpStream stream) throws IOException {
            Lines lines = new Lines(stream, 1024);
            for (String name = lines.read(); name != null; name = lines.read()) {
                lines.write("Hello " + name); // a task of its own: it may wait
            }
        }

        @Override
        public void refuse(TcpStream stream) throws IOException {
            stream.writeAll(ByteBuffer.wrap("too many\n".getBytes(StandardCharsets.UTF_8)));
        }
    }
    // @end

    static int serve(Spawner runtime) throws IOException {
        // @start region="server"
        try (TcpServer server = TcpServer.builder(runtime, new Greeter())
                .address(new InetSocketAddress("localhost", 0))
                .build()) {
            server.start();
            return server.localAddress().getPort();
        } // closed at once, with all connections; stop() is patient
        // @end
    }

    static TcpServer limited(Spawner runtime, ConnectionHandler handler) {
        // @start region="builder"
        return TcpServer.builder(runtime, handler)
                .name("greeter")
                .address(new InetSocketAddress("localhost", 7007))
                .maxConnections(1_000)
                .overflow(TcpServer.Overflow.REFUSE)
                .idleTimeout(Duration.ofMinutes(5))
                .build();
        // @end
    }

    static boolean end(TcpServer server) {
        // @start region="drain"
        DrainReport report = server.stop(Duration.ofSeconds(20)); // handlers see the end of their input
        return report.isClean();
        // @end
    }

    static double share(TcpServer server) {
        // @start region="metrics"
        TcpServerMetrics metrics = server.metrics();
        return (double) metrics.open() / metrics.maxConnections();
        // @end
    }
}
