package dev.heddle.runtime.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.NetDriver;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys serve for so many bytes. Whoever reads that many asks for others, though it has nothing to say itself. */
@Timeout(60)
class TlsKeyLimitTest {

    private static final int LIMIT = 1 << 20;

    /** A sealed record. */
    private static final int APPLICATION_DATA = 23;

    /** How long a sealed change of keys is: five bytes, their type, the JDK's padding, and a tag. An alert is shorter. */
    private static final int KEY_CHANGE_BYTES = 5 + 1 + 16 + 16;

    @TempDir
    private Path folder;

    /** A server that reads what comes and never writes, in a process whose keys serve for little. It tells its port. */
    static final class Reader {

        private Reader() {}

        static void main() throws Exception {
            try (AsyncRuntime runtime = Sockets.twoWorkers();
                    TcpListener listener = Sockets.listen(runtime)) {
                System.out.println(listener.localAddress().getPort());
                Sockets.in(runtime, () -> {
                    try (TlsStream stream = TlsPair.acceptor().accept(listener.accept())) {
                        ByteBuffer incoming = ByteBuffer.allocate(20_000);
                        while (stream.read(incoming.clear()) >= 0) {
                            // All that counts is that it is read.
                        }
                    }
                    return null;
                });
            }
        }
    }

    private Process start(Path properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Djava.security.properties=" + properties,
                "-D" + NetDriver.PROPERTY + "=" + System.getProperty(NetDriver.PROPERTY, "auto")));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--"))
                .forEach(command::add);
        command.add(Reader.class.getName());
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("log.txt").toFile())
                .start();
    }

    /** Passes on what comes, a record at a time, and looks for changes of keys. */
    private static final class Records extends FilterInputStream {

        private final CountDownLatch keyChanges = new CountDownLatch(1);
        private ByteBuffer record = ByteBuffer.allocate(0);

        Records(InputStream in) {
            super(in);
        }

        private void next() throws IOException {
            int type = in.read();
            if (type < 0) {
                return;
            }
            DataInputStream data = new DataInputStream(in);
            int version = data.readUnsignedShort();
            int length = data.readUnsignedShort();
            if (type == APPLICATION_DATA && length == KEY_CHANGE_BYTES) {
                keyChanges.countDown();
            }
            record = ByteBuffer.allocate(5 + length);
            record.put((byte) type).putShort((short) version).putShort((short) length);
            data.readFully(record.array(), 5, length);
            record.rewind();
        }

        @Override
        public int read() throws IOException {
            byte[] one = {0};
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!record.hasRemaining()) {
                next();
            }
            int count = Math.min(record.remaining(), length);
            record.get(target, offset, count);
            return count == 0 ? -1 : count;
        }
    }

    /** A socket whose input is looked at. */
    private static final class Watched extends Socket {

        private final Records records;

        Watched(InetAddress address, int port) throws IOException {
            super(address, port);
            records = new Records(super.getInputStream());
        }

        @Override
        public InputStream getInputStream() {
            return records;
        }
    }

    @Test
    void oneWhoOnlyReadsAsksForOtherKeysBeforeTheConnectionEnds() throws Exception {
        Path properties = Files.writeString(
                folder.resolve("security.properties"), "jdk.tls.keyLimits=AES/GCM/NoPadding KeyUpdate " + LIMIT + "\n");
        Process process = start(properties);
        try (BufferedReader answers = process.inputReader(UTF_8)) {
            String port = Objects.requireNonNull(answers.readLine(), () -> folder.toString());
            try (Watched socket = new Watched(InetAddress.getLoopbackAddress(), Integer.parseInt(port))) {
                SSLSocket tls = (SSLSocket)
                        TestKeys.nobody().getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
                tls.setEnabledProtocols(new String[] {TlsPair.TLS_1_3});
                tls.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256"});
                tls.getOutputStream().write(new byte[2 * LIMIT]);
                Thread reader = Thread.ofPlatform().daemon().start(() -> {
                    try {
                        tls.getInputStream().read();
                    } catch (IOException closed) {
                        // It is, once that was seen which this reads for.
                    }
                });
                socket.records.keyChanges.await();
                socket.close();
                reader.join();
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
