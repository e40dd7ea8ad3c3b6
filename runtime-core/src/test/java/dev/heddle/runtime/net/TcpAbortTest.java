package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interrupted read or write has transferred nothing, and the stream goes on working. */
@Timeout(60)
class TcpAbortTest {

    private static final int ABORTS = 10_000;

    @Test
    void anAbortedReadIsCancelledAndTheStreamStaysOpen() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<String> reader = runtime.spawn(() -> {
                try {
                    return Sockets.readText(pair.client());
                } catch (InterruptedIOException e) {
                    thrown.set(e);
                    throw e;
                }
            });
            Sockets.awaitWaiting(runtime, reader);
            reader.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(reader::join);
            assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
            assertThat(pair.client().isOpen()).isTrue();
            Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "later"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.client())))
                    .isEqualTo("later");
        }
    }

    @Test
    void anAbortedWriteAllTellsHowFarItCame() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            ByteBuffer outgoing = ByteBuffer.allocate(64 << 20);
            Sockets.abortAWrite(runtime, pair.client(), outgoing);
            pair.client().shutdownOutput();
            long received = Sockets.in(runtime, () -> {
                ByteBuffer incoming = ByteBuffer.allocate(64 << 10);
                long total = 0;
                for (int count = pair.server().read(incoming);
                        count >= 0;
                        count = pair.server().read(incoming)) {
                    total += count;
                    incoming.clear();
                }
                return total;
            });
            assertThat(received).isEqualTo(outgoing.position()).isPositive();
        }
    }

    @Test
    void noAbortOfAReadLosesOrDoublesAByte() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
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
                for (int spins = random.nextInt(4) * random.nextInt(4_000); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
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
    private static long writeChunks(TcpStream stream, Semaphore permits, AtomicBoolean over) throws Exception {
        CRC32C sent = new CRC32C();
        SplittableRandom random = new SplittableRandom(3);
        for (permits.acquire(); !over.get(); permits.acquire()) {
            byte[] chunk = new byte[random.nextInt(1, 100)];
            random.nextBytes(chunk);
            sent.update(chunk);
            stream.writeAll(ByteBuffer.wrap(chunk));
        }
        stream.shutdownOutput();
        return sent.getValue();
    }
}
