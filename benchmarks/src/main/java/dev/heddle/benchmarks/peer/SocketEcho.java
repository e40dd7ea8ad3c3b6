package dev.heddle.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Echo on the JDK's sockets, whose calls suspend virtual threads, under TLS as without. */
final class SocketEcho implements EchoClients {

    private static final int BACKLOG = 1024;

    private final List<Socket> sockets;
    private final int messageBytes;

    private SocketEcho(List<Socket> sockets, int messageBytes) {
        this.sockets = sockets;
        this.messageBytes = messageBytes;
    }

    static int serve(int bufferBytes, @Nullable SSLContext tls) throws IOException {
        ServerSocketFactory factory = tls == null ? ServerSocketFactory.getDefault() : tls.getServerSocketFactory();
        ServerSocket listener = factory.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        start(() -> {
            for (; ; ) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                start(() -> sendBack(socket, bufferBytes));
            }
        });
        return listener.getLocalPort();
    }

    private static void sendBack(Socket socket, int bufferBytes) throws IOException {
        byte[] buffer = new byte[bufferBytes];
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
    }

    static SocketEcho connect(int port, int connections, int messageBytes, @Nullable SSLContext tls)
            throws IOException {
        SocketFactory factory = tls == null ? SocketFactory.getDefault() : tls.getSocketFactory();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Socket socket = factory.createSocket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            if (socket instanceof SSLSocket secured) {
                secured.startHandshake();
            }
            sockets.add(socket);
        }
        return new SocketEcho(sockets, messageBytes);
    }

    @Override
    public void echo(int roundTrips) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Socket socket : sockets) {
            threads.add(start(() -> {
                byte[] buffer = new byte[messageBytes];
                for (int i = 0; i < roundTrips; i++) {
                    socket.getOutputStream().write(buffer);
                    readFully(socket.getInputStream(), buffer);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void readFully(InputStream in, byte[] buffer) throws IOException {
        for (int read = 0; read < buffer.length; ) {
            read += in.read(buffer, read, buffer.length - read);
        }
    }

    @Override
    public void stream(int messages) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Socket socket : sockets) {
            threads.add(start(() -> {
                byte[] buffer = new byte[messageBytes];
                for (int i = 0; i < messages; i++) {
                    socket.getOutputStream().write(buffer);
                }
            }));
            threads.add(start(() -> {
                byte[] buffer = new byte[messageBytes];
                for (long left = (long) messages * messageBytes; left > 0; ) {
                    left -= socket.getInputStream().read(buffer);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private interface Body {
        void run() throws IOException;
    }

    private static Thread start(Body body) {
        return Thread.startVirtualThread(() -> {
            try {
                body.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
