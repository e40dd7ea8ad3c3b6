package dev.heddle.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The client of a server with many connections, the same for every peer: it opens them one after the other, sends a
 * message over each and reads them all back, leaves the connections alone, and tells what that has cost the server.
 *
 * <pre>
 *   warm up ▶ memory ▶ connect all, all accepted ▶ echo over all ▶ memory ▶ idle ▶ the server is killed
 *                      └──────── ACCEPT ───────┘   └── ECHO ───┘            └ IDLE ┘
 * </pre>
 *
 * <p>Connections are accepted in the order they came, so the last one's echo tells that all are. That is waited for now and
 * then, too: where more of them wait than the system lets wait, it drops one and tries it again a second later.
 */
final class OpenConnections {

    private static final int MESSAGE_BYTES = 64;
    private static final int WARM_UP_CONNECTIONS = 1_000;
    private static final int WARM_UP_ECHOES = 10;
    private static final int SETTLING_MILLIS = 300;

    /** Fewer than any server lets wait. */
    private static final int CONNECTIONS_AT_ONCE = 500;

    /** Few enough that the system finds free ports at once. */
    private static final int CONNECTIONS_AN_ADDRESS = 2_000;

    private final int count;
    private final int idleMillis;
    private final int warmUpMillis;
    private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);

    /** How many this process has opened so far: a port rests for a minute after its use, so the addresses go on. */
    private static int opened;

    OpenConnections(Row.Size size, int warmUpMillis) {
        this.count = size.count();
        this.idleMillis = size.inner();
        this.warmUpMillis = warmUpMillis;
    }

    Outcome measure(Server server) throws IOException, InterruptedException {
        warmUp(server.port());
        Server.Memory before = server.memory();
        List<SocketChannel> connections = new ArrayList<>(count);
        try {
            long begin = System.nanoTime();
            open(server.port(), count, connections);
            long accepted = System.nanoTime();
            echo(connections);
            long answered = System.nanoTime();
            Thread.sleep(SETTLING_MILLIS);
            Server.Memory after = server.memory();
            Duration busy = server.processorTime();
            Thread.sleep(idleMillis);
            Duration idle = server.processorTime().minus(busy);

            Map<Figure, List<Double>> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.ACCEPT, List.of((double) (accepted - begin)));
            figures.put(Figure.ECHO, List.of((double) (answered - accepted)));
            figures.put(Figure.IDLE, List.of((double) idle.toNanos()));
            figures.put(Figure.RESIDENT, List.of(after.resident() - before.resident()));
            if (after.heap().isPresent()) {
                figures.put(
                        Figure.HEAP,
                        List.of(after.heap().getAsDouble() - before.heap().getAsDouble()));
            }
            return new Outcome.Measured(figures);
        } finally {
            // The server's end closes first, and what remembers a connection for a while is then not this end's port.
            server.close();
            close(connections);
        }
    }

    private void warmUp(int port) throws IOException, InterruptedException {
        int some = Math.min(count, WARM_UP_CONNECTIONS);
        long begin = System.nanoTime();
        do {
            List<SocketChannel> connections = new ArrayList<>(some);
            open(port, some, connections);
            for (int i = 0; i < WARM_UP_ECHOES; i++) {
                echo(connections);
            }
            close(connections);
        } while (System.nanoTime() - begin < warmUpMillis * 1_000_000L);
        Thread.sleep(SETTLING_MILLIS);
    }

    /** Returns when all are accepted. */
    private void open(int port, int count, List<SocketChannel> connections) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        for (int i = 0; i < count; i++) {
            int source = 2 + opened++ / CONNECTIONS_AN_ADDRESS;
            byte[] address = {127, (byte) (source >> 16), (byte) (source >> 8), (byte) source};
            SocketChannel connection = SocketChannel.open();
            connections.add(connection);
            connection.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
            connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
            connection.connect(server);
            if (connections.size() % CONNECTIONS_AT_ONCE == 0 || connections.size() == count) {
                echo(List.of(connection));
            }
        }
    }

    private void echo(List<SocketChannel> connections) throws IOException {
        for (SocketChannel connection : connections) {
            connection.write(message.clear());
        }
        for (SocketChannel connection : connections) {
            message.clear();
            while (message.hasRemaining()) {
                if (connection.read(message) < 0) {
                    throw new EOFException("The server has closed a connection");
                }
            }
        }
    }

    private static void close(List<SocketChannel> connections) throws IOException {
        for (SocketChannel connection : connections) {
            connection.close();
        }
    }
}
