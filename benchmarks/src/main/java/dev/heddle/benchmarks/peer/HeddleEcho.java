package dev.heddle.benchmarks.peer;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.net.SocketStream;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.net.TlsAcceptor;
import dev.heddle.runtime.net.TlsConnector;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Echo on Heddle's sockets. */
final class HeddleEcho implements EchoClients {

    private final AsyncRuntime runtime;
    private final List<SocketStream> streams;
    private final int messageBytes;

    private HeddleEcho(AsyncRuntime runtime, List<SocketStream> streams, int messageBytes) {
        this.runtime = runtime;
        this.streams = streams;
        this.messageBytes = messageBytes;
    }

    static int serve(AsyncRuntime runtime, int bufferBytes, @Nullable SSLContext tls) throws IOException {
        TcpListener listener =
                runtime.blockOn(() -> TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        TlsAcceptor acceptor = tls == null ? null : TlsAcceptor.of(tls);
        runtime.spawn(() -> {
            for (; ; ) {
                TcpStream stream = listener.accept();
                runtime.spawn(() -> sendBack(acceptor == null ? stream : acceptor.accept(stream), bufferBytes));
            }
        });
        return listener.localAddress().getPort();
    }

    private static boolean sendBack(SocketStream stream, int bufferBytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bufferBytes);
        try (stream) {
            while (stream.read(buffer) >= 0) {
                stream.writeAll(buffer.flip());
                buffer.clear();
            }
        }
        return true;
    }

    static HeddleEcho connect(
            AsyncRuntime runtime, int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        TlsConnector connector = tls == null ? null : TlsConnector.of(tls);
        List<SocketStream> streams = runtime.blockOn(() -> {
            List<SocketStream> connected = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                TcpStream stream = TcpStream.connect(address);
                connected.add(connector == null ? stream : connector.connect(stream, address.getHostString()));
            }
            return connected;
        });
        return new HeddleEcho(runtime, streams, messageBytes);
    }

    @Override
    public void echo(int roundTrips) {
        List<JoinHandle<?>> handles = new ArrayList<>();
        for (SocketStream stream : streams) {
            handles.add(runtime.spawn(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(messageBytes);
                for (int i = 0; i < roundTrips; i++) {
                    stream.writeAll(buffer.clear());
                    stream.readFully(buffer.clear());
                }
                return true;
            }));
        }
        handles.forEach(JoinHandle::join);
    }

    @Override
    public void stream(int messages) {
        List<JoinHandle<?>> handles = new ArrayList<>();
        for (SocketStream stream : streams) {
            handles.add(runtime.spawn(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(messageBytes);
                for (int i = 0; i < messages; i++) {
                    stream.writeAll(buffer.clear());
                }
                return true;
            }));
            handles.add(runtime.spawn(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(messageBytes);
                for (long left = (long) messages * messageBytes; left > 0; ) {
                    left -= stream.read(buffer.clear());
                }
                return true;
            }));
        }
        handles.forEach(JoinHandle::join);
    }

    @Override
    public void close() throws IOException {
        for (SocketStream stream : streams) {
            stream.close();
        }
    }
}
