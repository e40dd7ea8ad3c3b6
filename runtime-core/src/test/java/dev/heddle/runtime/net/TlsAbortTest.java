package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was decrypted is not lost to an interrupt, and what was taken to be written is sent, once, in its place. */
@Timeout(60)
class TlsAbortTest {

    private static final int ABORTS = 1_000;

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void nothingIsLeftOpen() {
        try (runtime) {
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private static void spin(SplittableRandom random) {
        for (int spins = random.nextInt(4) * random.nextInt(4_000); spins > 0; spins--) {
            Thread.onSpinWait();
        }
    }

    /** Has a small buffer to send from, which does not take what one write makes. */
    private TlsPair narrow() throws Exception {
        TlsPair pair = TlsPair.connect(runtime);
        pair.client().setOption(StandardSocketOptions.SO_SNDBUF, 100_000);
        return pair;
    }

    /** Aborts a write by the client in the middle of a record, and returns what was written so far. */
    private ByteBuffer writeInPart(TlsPair pair) {
        ByteBuffer outgoing = ByteBuffer.allocate(4 << 20);
        Sockets.abortAWrite(runtime, pair.client(), outgoing);
        return outgoing;
    }

    @Test
    void noAbortOfAReadLosesOrDoublesAByte() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            Semaphore chunks = new Semaphore(0);
            AtomicBoolean over = new AtomicBoolean();
            JoinHandle<Long> writer = runtime.spawn(() -> writeChunks(pair.server(), chunks, over));
            CRC32C received = new CRC32C();
            SplittableRandom random = new SplittableRandom(7);
            int aborted = 0;
            int succeeded = 0;
            while (aborted < ABORTS) {
                ByteBuffer buffer = ByteBuffer.allocate(random.nextInt(1, 200));
                if (random.nextInt(3) == 0) {
                    chunks.release();
                }
                JoinHandle<Integer> read = runtime.spawn(() -> pair.client().read(buffer));
                if (random.nextInt(3) == 0) {
                    chunks.release();
                }
                spin(random);
                read.abort();
                try {
                    assertThat(read.join()).isEqualTo(buffer.position());
                    succeeded++;
                } catch (CancellationException e) {
                    assertThat(buffer.position()).isZero();
                    aborted++;
                }
                received.update(buffer.flip());
            }
            over.set(true);
            chunks.release();
            Sockets.in(runtime, () -> {
                ByteBuffer rest = ByteBuffer.allocate(1_000);
                while (pair.client().read(rest) >= 0) {
                    received.update(rest.flip());
                    rest.clear();
                }
                return null;
            });
            assertThat(succeeded).isPositive();
            assertThat(received.getValue()).isEqualTo(writer.join());
        }
    }

    /** Writes a random chunk for each permit, until it is over, and returns the checksum of all. */
    private static long writeChunks(TlsStream stream, Semaphore permits, AtomicBoolean over) throws Exception {
        CRC32C sent = new CRC32C();
        SplittableRandom random = new SplittableRandom(3);
        for (permits.acquire(); !over.get(); permits.acquire()) {
            byte[] chunk = new byte[random.nextInt(1, 300)];
            random.nextBytes(chunk);
            sent.update(chunk);
            stream.writeAll(ByteBuffer.wrap(chunk));
        }
        stream.shutdownOutput();
        return sent.getValue();
    }

    @Test
    void noAbortOfAWriteLosesOrDoublesAByteThatWasTaken() throws Exception {
        try (TlsPair pair = narrow()) {
            CRC32C taken = new CRC32C();
            SplittableRandom random = new SplittableRandom(5);
            Semaphore reads = new Semaphore(0);
            JoinHandle<Long> reader = runtime.spawn(() -> {
                CRC32C received = new CRC32C();
                ByteBuffer buffer = ByteBuffer.allocate(5_000);
                for (reads.acquire(); pair.server().read(buffer) >= 0; reads.acquire()) {
                    received.update(buffer.flip());
                    buffer.clear();
                }
                return received.getValue();
            });
            int midway = 0;
            for (int i = 0; i < ABORTS / 4 || midway < 10; i++) {
                byte[] bytes = new byte[random.nextInt(1, 200_000)];
                random.nextBytes(bytes);
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                JoinHandle<Object> write = runtime.spawn(() -> {
                    pair.client().writeAll(buffer);
                    return null;
                });
                reads.release(random.nextInt(5));
                spin(random);
                write.abort();
                try {
                    write.join();
                } catch (CancellationException e) {
                    midway += buffer.hasRemaining() && buffer.position() > 0 ? 1 : 0;
                }
                taken.update(buffer.flip());
            }
            reads.release(1_000_000);
            Sockets.in(runtime, () -> {
                pair.client().shutdownOutput();
                return null;
            });
            assertThat(reader.join()).isEqualTo(taken.getValue());
        }
    }

    @Test
    void whatAnAbortedWriteHasLeftIsSentWhileATaskWaitsToRead() throws Exception {
        try (TlsPair pair = narrow()) {
            // It waits before the record is left behind, and has to be told.
            JoinHandle<String> waiting = runtime.spawn(() -> Sockets.readText(pair.client()));
            Sockets.awaitWaiting(runtime, waiting);
            ByteBuffer outgoing = writeInPart(pair);
            ByteBuffer incoming = ByteBuffer.allocate(outgoing.position());
            Sockets.in(runtime, () -> {
                pair.server().readFully(incoming);
                return Sockets.writeText(pair.server(), "all of it");
            });
            assertThat(waiting.join()).isEqualTo("all of it");
            assertThat(outgoing.position()).isPositive();
        }
    }

    @Test
    void whatAnAbortedWriteHasLeftIsSentByATaskThatBeginsToReadLater() throws Exception {
        try (TlsPair pair = narrow()) {
            ByteBuffer outgoing = writeInPart(pair);
            JoinHandle<String> waiting = runtime.spawn(() -> Sockets.readText(pair.client()));
            Sockets.awaitWaiting(runtime, waiting);
            ByteBuffer incoming = ByteBuffer.allocate(outgoing.position());
            Sockets.in(runtime, () -> {
                pair.server().readFully(incoming);
                return Sockets.writeText(pair.server(), "all of it");
            });
            assertThat(waiting.join()).isEqualTo("all of it");
        }
    }

    /** Has a task wait for the stream to be readable, by a select, and read then. */
    private JoinHandle<String> spawnSelecting(TlsStream stream) {
        Select<SocketStream> select = Select.<SocketStream>of().onReady(stream.readable(), ready -> ready);
        JoinHandle<String> selecting = runtime.spawn(() -> Sockets.readText(select.await()));
        Sockets.awaitSelecting(runtime, selecting);
        return selecting;
    }

    @Test
    void whatAnAbortedWriteHasLeftIsSentWhileATaskSelects() throws Exception {
        try (TlsPair pair = narrow()) {
            // It waits before the record is left behind, and has to be told.
            JoinHandle<String> selecting = spawnSelecting(pair.client());
            ByteBuffer outgoing = writeInPart(pair);
            Sockets.in(runtime, () -> {
                pair.server().readFully(ByteBuffer.allocate(outgoing.position()));
                return Sockets.writeText(pair.server(), "all of it");
            });
            assertThat(selecting.join()).isEqualTo("all of it");
        }
    }

    @Test
    void whatAnAbortedWriteHasLeftIsSentByATaskThatBeginsToSelectLater() throws Exception {
        try (TlsPair pair = narrow()) {
            ByteBuffer outgoing = writeInPart(pair);
            JoinHandle<String> selecting = spawnSelecting(pair.client());
            Sockets.in(runtime, () -> {
                pair.server().readFully(ByteBuffer.allocate(outgoing.position()));
                return Sockets.writeText(pair.server(), "all of it");
            });
            assertThat(selecting.join()).isEqualTo("all of it");
        }
    }

    private static int readToTheEnd(TlsStream stream) throws IOException {
        ByteBuffer incoming = ByteBuffer.allocate(64 << 10);
        int total = 0;
        for (int count = stream.read(incoming); count >= 0; count = stream.read(incoming)) {
            total += count;
            incoming.clear();
        }
        return total;
    }

    private JoinHandle<Object> spawn(Body body) {
        return runtime.spawn(() -> {
            body.run();
            return null;
        });
    }

    private interface Body {
        void run() throws IOException;
    }

    /** Has the client read what the server of TLS 1.3 sends unasked. */
    private void readTickets(TlsPair pair) {
        Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "ready"));
        assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.client()))).isEqualTo("ready");
    }

    /**
     * Nothing is left behind yet when it is aborted: the writer waits itself until its record is sent. And the reader meets
     * nothing that has the engine answer.
     */
    @Test
    void aShutdownOfTheOutputThatIsAbortedIsFinishedWhileATaskWaitsToRead() throws Exception {
        try (TlsPair pair = narrow()) {
            readTickets(pair);
            AtomicBoolean enough = new AtomicBoolean();
            JoinHandle<Integer> writer = runtime.spawn(() -> {
                int written = 0;
                do {
                    written += pair.client().write(ByteBuffer.allocate(64 << 10));
                } while (!enough.get());
                return written;
            });
            Sockets.awaitWaiting(runtime, writer);
            enough.set(true);
            JoinHandle<Object> shutdown = spawn(pair.client()::shutdownOutput);
            Sockets.awaitWaiting(runtime, shutdown);
            shutdown.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(shutdown::join);
            JoinHandle<String> waiting = runtime.spawn(() -> Sockets.readText(pair.client()));
            int received = Sockets.in(runtime, () -> {
                int total = readToTheEnd(pair.server());
                Sockets.writeText(pair.server(), "all of it");
                return total;
            });
            assertThat(waiting.join()).isEqualTo("all of it");
            assertThat(received).isEqualTo(writer.join());
        }
    }

    /** Has the half that writes wait for room to say that nothing more comes. */
    private JoinHandle<Object> spawnClosing(StreamHalves.WriteHalf writer) {
        JoinHandle<Object> closing = spawn(writer::close);
        Sockets.awaitWaiting(runtime, closing);
        return closing;
    }

    @Test
    void theHalfThatReadsMayBeClosedWhileTheOneThatWritesWaitsToSendTheRest() throws Exception {
        try (TlsPair pair = narrow()) {
            // A system that closes a socket with something unread may drop what is not sent.
            readTickets(pair);
            ByteBuffer outgoing = writeInPart(pair);
            StreamHalves halves = pair.client().split();
            JoinHandle<Object> closing = spawnClosing(halves.writer());
            halves.reader().close();
            assertThat(Sockets.in(runtime, () -> readToTheEnd(pair.server()))).isEqualTo(outgoing.position());
            closing.join();
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @Test
    void aHalfWhoseStreamIsClosedWhileItIsClosedIsClosed() throws Exception {
        try (TlsPair pair = narrow()) {
            writeInPart(pair);
            StreamHalves halves = pair.client().split();
            JoinHandle<Object> closing = spawnClosing(halves.writer());
            pair.client().close();
            closing.join();
            halves.reader().close();
        }
    }

    @Test
    void aShutdownOfTheOutputWaitsUntilWhatAnAbortedWriteHasLeftIsSent() throws Exception {
        try (TlsPair pair = narrow()) {
            ByteBuffer outgoing = writeInPart(pair);
            JoinHandle<Object> shutdown = runtime.spawn(() -> {
                pair.client().shutdownOutput();
                return null;
            });
            Sockets.awaitWaiting(runtime, shutdown);
            Sockets.in(runtime, () -> {
                pair.server().readFully(ByteBuffer.allocate(outgoing.position()));
                assertThat(pair.server().read(ByteBuffer.allocate(1))).isNegative();
                return null;
            });
            shutdown.join();
        }
    }

    @Test
    void aWriteThatTakesTooLongTimesOutAndTheStreamGoesOn() throws Exception {
        try (TlsPair pair = narrow()) {
            ByteBuffer outgoing = ByteBuffer.allocate(4 << 20);
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> {
                        pair.client().setWriteTimeout(Duration.ofMillis(5));
                        pair.client().writeAll(outgoing);
                        return null;
                    }))
                    .withCauseInstanceOf(SocketTimeoutException.class);
            pair.client().setWriteTimeout(null);
            JoinHandle<Object> rest = runtime.spawn(() -> {
                pair.client().writeAll(outgoing);
                pair.client().shutdownOutput();
                return null;
            });
            int received = Sockets.in(runtime, () -> readToTheEnd(pair.server()));
            rest.join();
            assertThat(received).isEqualTo(4 << 20);
        }
    }

    @Test
    void aWriteOfARecordThatIsInterruptedWhenItIsPartlySentReturns() throws Exception {
        try (TlsPair pair = narrow()) {
            boolean interrupted = Sockets.in(runtime, () -> {
                Thread.currentThread().interrupt();
                ByteBuffer record = ByteBuffer.allocate(16_000);
                // As long as the socket takes whole records there is nothing to wait for.
                do {
                    pair.client().writeAll(record.clear());
                } while (pair.client().socket instanceof TlsSocket tls && tls.isSent());
                return Thread.interrupted();
            });
            assertThat(interrupted).isTrue();
        }
    }
}
