package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that misbehave harm their own connection only, and tasks that give up leave nothing behind. */
@Timeout(60)
class PeerFaultsTest {

    private static final int CANCELLATIONS = 10_000;

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Two ends, of which the far one is not ours. */
    private record Connection(TcpStream ours, Socket theirs) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            ours.close();
            theirs.close();
        }
    }

    private Connection accept() throws IOException {
        try (TcpListener listener = Sockets.listen(runtime)) {
            Socket theirs = new Socket(
                    InetAddress.getLoopbackAddress(), listener.localAddress().getPort());
            return new Connection(Sockets.in(runtime, listener::accept), theirs);
        }
    }

    private JoinHandle<Object> spawnEndlessWrite(TcpStream stream) {
        JoinHandle<Object> writer = runtime.spawn(() -> {
            ByteBuffer chunk = ByteBuffer.allocate(64 << 10);
            while (true) {
                stream.writeAll(chunk.clear());
            }
        });
        Sockets.awaitWaiting(runtime, writer);
        return writer;
    }

    private void assertWorks() throws IOException {
        try (Connection other = accept()) {
            other.theirs().getOutputStream().write("works".getBytes(StandardCharsets.UTF_8));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(other.ours())))
                    .isEqualTo("works");
        }
    }

    @Test
    void aResetEndsAWriteThatWaits() throws Exception {
        try (Connection connection = accept()) {
            JoinHandle<Object> writer = spawnEndlessWrite(connection.ours());
            connection.theirs().setSoLinger(true, 0);
            connection.theirs().close();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(writer::join)
                    .withCauseInstanceOf(IOException.class);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> Sockets.writeText(connection.ours(), "x")))
                    .withCauseInstanceOf(IOException.class);
            assertWorks();
        }
    }

    @Test
    void aPeekThatMeetsAResetLeavesWhatWasPeekedAtBefore() throws Exception {
        try (Connection connection = accept()) {
            TcpStream ours = connection.ours();
            connection.theirs().getOutputStream().write("abc".getBytes(StandardCharsets.UTF_8));
            Sockets.in(runtime, () -> {
                ByteBuffer three = ByteBuffer.allocate(3);
                while (ours.peek(three.clear()) < 3) {
                    // Until all of it is there.
                }
                connection.theirs().setSoLinger(true, 0);
                connection.theirs().close();
                assertThat(ours.peek(ByteBuffer.allocate(8))).isEqualTo(3);
                assertThat(Sockets.readText(ours)).isEqualTo("abc");
                assertThatExceptionOfType(SocketException.class)
                        .isThrownBy(() -> Sockets.readText(ours))
                        .withMessageContaining("reset");
                return null;
            });
        }
    }

    @Test
    void aPeerThatHasClosedItsHalfGetsAllThatIsStillWritten() throws Exception {
        try (Connection connection = accept()) {
            connection.theirs().shutdownOutput();
            int length = 4 << 20;
            JoinHandle<Object> writer = runtime.spawn(() -> {
                assertThat(Sockets.readText(connection.ours())).isNull();
                connection.ours().writeAll(ByteBuffer.allocate(length));
                connection.ours().shutdownOutput();
                return null;
            });
            assertThat(connection.theirs().getInputStream().readAllBytes()).hasSize(length);
            writer.join();
        }
    }

    @Test
    void aPeerThatNeverReadsHoldsUpItsOwnWriterUntilTheTimeIsOver() throws Exception {
        try (Connection connection = accept()) {
            JoinHandle<Object> patient = spawnEndlessWrite(connection.ours());
            assertWorks();
            assertThat(patient.isFinished()).isFalse();
            patient.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(patient::join);
            connection.ours().setWriteTimeout(Duration.ofMillis(5));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> {
                        while (true) {
                            connection.ours().writeAll(ByteBuffer.allocate(64 << 10));
                        }
                    }))
                    .withCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aPeerThatNeverWritesHoldsUpItsOwnReaderUntilTheTimeIsOver() throws Exception {
        try (Connection connection = accept()) {
            JoinHandle<String> patient = runtime.spawn(() -> Sockets.readText(connection.ours()));
            Sockets.awaitWaiting(runtime, patient);
            assertWorks();
            assertThat(patient.isFinished()).isFalse();
            connection.theirs().close();
            assertThat(patient.join()).isNull();
        }
        try (Connection connection = accept()) {
            connection.ours().setReadTimeout(Duration.ofMillis(5));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> Sockets.readText(connection.ours())))
                    .withCauseInstanceOf(SocketTimeoutException.class);
        }
    }

    /**
     * A second between the bytes would make no difference to the reader: it waits anew for each. So the next byte is sent as
     * soon as the reader waits for it, by a hundred peers in turn.
     */
    @Test
    void peersThatSendOneByteAtATimeAreReadToTheEndWhileOthersAreServed() throws Exception {
        int length = 20;
        List<Connection> slow = new ArrayList<>();
        List<JoinHandle<byte[]>> readers = new ArrayList<>();
        List<AtomicInteger> progress = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Connection connection = accept();
            AtomicInteger read = new AtomicInteger();
            slow.add(connection);
            progress.add(read);
            readers.add(runtime.spawn(() -> {
                ByteBuffer whole = ByteBuffer.allocate(length);
                while (whole.hasRemaining()) {
                    assertThat(connection.ours().read(whole)).isOne();
                    read.incrementAndGet();
                }
                return whole.array();
            }));
        }
        for (int n = 0; n < length; n++) {
            for (int i = 0; i < slow.size(); i++) {
                while (progress.get(i).get() < n) {
                    Thread.onSpinWait();
                }
                slow.get(i).theirs().getOutputStream().write(n);
            }
            assertWorks();
        }
        for (int i = 0; i < slow.size(); i++) {
            byte[] whole = readers.get(i).join();
            for (int n = 0; n < length; n++) {
                assertThat(whole[n]).isEqualTo((byte) n);
            }
            slow.get(i).close();
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    /** Both ends give up all the time, the writer mostly for want of room, and the stream is whole all the same. */
    @Test
    void tenThousandCancellationsOfReadsAndWritesLoseAndDoubleNothing() throws Exception {
        accept().close();
        Sockets.awaitRegistrations(runtime, 0);
        long before = descriptors();
        CRC32C sent = new CRC32C();
        CRC32C received = new CRC32C();
        SplittableRandom random = new SplittableRandom(8);
        int readsCancelled = 0;
        int writesCancelled = 0;
        long written = 0;
        long read = 0;
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            pair.server().setOption(StandardSocketOptions.SO_SNDBUF, 4 << 10);
            pair.client().setOption(StandardSocketOptions.SO_RCVBUF, 4 << 10);
            ByteBuffer outgoing = ByteBuffer.allocate(0);
            while (readsCancelled + writesCancelled < CANCELLATIONS
                    || Math.min(readsCancelled, writesCancelled) < CANCELLATIONS / 10) {
                if (!outgoing.hasRemaining()) {
                    byte[] chunk = new byte[random.nextInt(1, 16 << 10)];
                    random.nextBytes(chunk);
                    outgoing = ByteBuffer.wrap(chunk);
                }
                boolean isReaderSlow = read < written && readsCancelled > writesCancelled;
                ByteBuffer incoming = ByteBuffer.allocate(random.nextInt(1, isReaderSlow ? 512 : 32 << 10));
                ByteBuffer part = outgoing.duplicate();
                JoinHandle<Integer> write = runtime.spawn(() -> pair.server().write(part));
                JoinHandle<Integer> reading = runtime.spawn(() -> pair.client().read(incoming));
                for (int spins = random.nextInt(4) * random.nextInt(2_000); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                write.abort();
                reading.abort();
                try {
                    int count = write.join();
                    sent.update(outgoing.slice(outgoing.position(), count));
                    outgoing.position(outgoing.position() + count);
                    written += count;
                } catch (CancellationException e) {
                    assertThat(part.position()).isEqualTo(outgoing.position());
                    writesCancelled++;
                }
                try {
                    assertThat(reading.join()).isEqualTo(incoming.position());
                    read += incoming.position();
                } catch (CancellationException e) {
                    assertThat(incoming.position()).isZero();
                    readsCancelled++;
                }
                received.update(incoming.flip());
            }
            pair.server().shutdownOutput();
            Sockets.in(runtime, () -> {
                ByteBuffer rest = ByteBuffer.allocate(4 << 10);
                while (pair.client().read(rest) >= 0) {
                    received.update(rest.flip());
                    rest.clear();
                }
                return null;
            });
            assertThat(received.getValue()).isEqualTo(sent.getValue());
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(2);
        }
        assertThat(runtime.metrics().ioRegistrations()).isZero();
        assertThat(runtime.metrics().armedTimers()).isZero();
        // Of others in this JVM a few may have come, but no thousands.
        await().until(() -> descriptors() < before + 50);
    }
}
