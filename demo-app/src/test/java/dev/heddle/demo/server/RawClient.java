package dev.heddle.demo.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client that sends any bytes whatever and sees the bytes that come back. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    RawClient send(String bytes) throws IOException {
        output().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    InputStream input() throws IOException {
        return socket.getInputStream();
    }

    /** Returns as many bytes as the expected answer has. */
    String receive(int length) throws IOException {
        return new String(input().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Returns everything up to an end, which is part of it. */
    String receiveUntil(String end) throws IOException {
        StringBuilder received = new StringBuilder();
        while (received.length() < end.length()
                || !received.substring(received.length() - end.length()).equals(end)) {
            received.append(receive(1));
        }
        return received.toString();
    }

    /** Returns everything until the server closes the connection, in whatever way. */
    String receiveAll() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try {
            input().transferTo(received);
        } catch (SocketException reset) {
            // The server closed it with bytes of ours unread.
        }
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
