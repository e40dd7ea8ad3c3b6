package dev.heddle.runtime.examples;

import dev.heddle.runtime.net.Lines;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.net.TlsAcceptor;
import dev.heddle.runtime.net.TlsConnector;
import dev.heddle.runtime.net.TlsStream;
import dev.heddle.runtime.net.TlsTruncatedException;
import dev.heddle.runtime.task.Spawner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** TLS, in a task. */
final class TlsExamples {

    private TlsExamples() {}

    static String ask(String host, String question) throws IOException, NoSuchAlgorithmException {
        // @start region="connector"
        TlsConnector connector = TlsConnector.of(SSLContext.getDefault()); // trusts whom the JDK trusts
        try (TlsStream stream = connector.connect(host, 7007, Duration.ofSeconds(5))) {
            Lines lines = new Lines(stream, 4096);
            lines.write(question);
            String answer = lines.read();
            return answer == null ? "" : answer;
        }
        // @end
    }

    static void serve(TcpListener listener, SSLContext context, Spawner spawner) throws IOException {
        // @start region="acceptor"
        TlsAcceptor acceptor = TlsAcceptor.of(context)
                .handshakeTimeout(Duration.ofSeconds(3))
                .parameters(parameters -> parameters.setNeedClientAuth(true));
        while (true) {
            TcpStream accepted = listener.accept();
            spawner.spawn(() -> {
                try (TlsStream stream = acceptor.accept(accepted)) { // waits for this client only
                    greet(stream);
                }
                return null;
            });
        }
        // @end
    }

    static void greet(TlsStream connection) throws IOException {
        // @start region="stream"
        Lines lines = new Lines(connection, 4096);
        lines.write("Hello " + connection.session().getPeerPrincipal().getName());
        connection.shutdownOutput(); // the client knows that this was all
        // @end
    }

    static byte[] readAll(TlsStream stream) throws IOException {
        // @start region="truncated"
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
        try {
            while (stream.read(buffer) >= 0) {
                all.write(buffer.array(), 0, buffer.position());
                buffer.clear();
            }
        } catch (TlsTruncatedException cut) {
            throw new IOException("Only " + all.size() + " bytes came, and there may have been more", cut);
        }
        return all.toByteArray();
        // @end
    }
}
