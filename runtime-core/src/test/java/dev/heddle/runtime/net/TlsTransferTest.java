package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over TLS, in every size and by every method of a stream. */
@Timeout(60)
class TlsTransferTest {

    private static final int LARGE = 1 << 20;

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void nothingIsLeftOpen() {
        try (runtime) {
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private interface Body {
        void run(TlsStream client, TlsStream server) throws Exception;
    }

    private void onAPair(Body body) throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            Sockets.in(runtime, () -> {
                body.run(pair.client(), pair.server());
                return null;
            });
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    }

    /** Writes random bytes in random pieces, ends, and returns their checksum. */
    private static long send(SocketStream stream, int bytes, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] payload = new byte[bytes];
        random.nextBytes(payload);
        for (int at = 0; at < bytes; ) {
            int piece = Math.min(bytes - at, 1 << random.nextInt(18));
            stream.writeAll(ByteBuffer.wrap(payload, at, piece));
            at += piece;
        }
        stream.shutdownOutput();
        CRC32C sum = new CRC32C();
        sum.update(payload);
        return sum.getValue();
    }

    /** Reads with buffers of random sizes until the end, and returns the checksum. */
    private static long receive(SocketStream stream, long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        CRC32C sum = new CRC32C();
        for (; ; ) {
            ByteBuffer buffer = random.nextBoolean()
                    ? ByteBuffer.allocate(1 << random.nextInt(17))
                    : ByteBuffer.allocateDirect(1 << random.nextInt(17));
            if (stream.read(buffer) < 0) {
                return sum.getValue();
            }
            sum.update(buffer.flip());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void bothDirectionsAtOnceCarryWhatWasSent(String protocol) throws Exception {
        // Under TLS 1.2 who sees the end answers with its own, so both have to end at the same time.
        boolean endsApart = protocol.equals(TlsPair.TLS_1_3);
        try (TlsPair pair = TlsPair.connect(runtime, protocol)) {
            JoinHandle<Long> up = runtime.spawn(() -> send(pair.client(), LARGE, 1));
            if (!endsApart) {
                assertThat(Sockets.in(runtime, () -> receive(pair.server(), 2))).isEqualTo(up.join());
                return;
            }
            JoinHandle<Long> down = runtime.spawn(() -> send(pair.server(), LARGE, 3));
            JoinHandle<Long> above = runtime.spawn(() -> receive(pair.server(), 4));
            JoinHandle<Long> below = runtime.spawn(() -> receive(pair.client(), 5));
            assertThat(above.join()).isEqualTo(up.join());
            assertThat(below.join()).isEqualTo(down.join());
        }
    }

    @Test
    void aReadOfASingleByteLeavesTheRest() throws Exception {
        onAPair((client, server) -> {
            Sockets.writeText(server, "abc");
            ByteBuffer one = ByteBuffer.allocate(1);
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 3; i++) {
                assertThat(client.read(one)).isEqualTo(1);
                all.append(text(one));
                one.clear();
            }
            assertThat(all).hasToString("abc");
            assertThat(client.read(ByteBuffer.allocate(0))).isZero();
            server.shutdownOutput();
            assertThat(client.read(one)).isEqualTo(-1);
            assertThat(client.read(one)).isEqualTo(-1);
        });
    }

    @Test
    void aSelectSeesWhatIsDecryptedAlreadyAndTakesNothing() throws Exception {
        onAPair((client, server) -> {
            Select<String> select = Select.<String>of()
                    .onReady(client.readable(), ready -> "readable")
                    .onTimeout(Duration.ZERO, () -> "nothing");
            assertThat(select.await()).isEqualTo("nothing");
            Sockets.writeText(server, "ab");
            ByteBuffer one = ByteBuffer.allocate(1);
            client.read(one);
            assertThat(select.await()).isEqualTo("readable");
            client.read(one.clear());
            assertThat(text(one)).isEqualTo("b");
            assertThat(select.await()).isEqualTo("nothing");
        });
    }

    @Test
    void whatOneReaderLeavesWakesAnother() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            List<JoinHandle<Integer>> readers = List.of(
                    runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1))),
                    runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1))),
                    runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1))));
            readers.forEach(reader -> Sockets.awaitWaiting(runtime, reader));
            Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "abc"));
            assertThat(readers).allSatisfy(reader -> assertThat(reader.join()).isEqualTo(1));
        }
    }

    @Test
    void theSecondOfTwoRecordsThatCameTogetherWakesAnotherReader() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            List<JoinHandle<Integer>> readers = List.of(
                    runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(40_000))),
                    runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(40_000))));
            readers.forEach(reader -> Sockets.awaitWaiting(runtime, reader));
            Sockets.in(runtime, () -> {
                pair.server().writeAll(ByteBuffer.allocate(20_000));
                return null;
            });
            assertThat(readers.get(0).join() + readers.get(1).join()).isEqualTo(20_000);
        }
    }

    @Test
    void noReaderSleepsOverWhatAnotherHasLeft() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            for (int i = 0; i < 2_000; i++) {
                JoinHandle<Integer> first = runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1)));
                JoinHandle<Void> writer = runtime.spawn(() -> Sockets.writeText(pair.server(), "ab"));
                JoinHandle<Integer> second = runtime.spawn(() -> pair.client().read(ByteBuffer.allocate(1)));
                assertThat(first.join() + second.join()).isEqualTo(2);
                writer.join();
            }
        }
    }

    @Test
    void theEndIsTheEndForEveryReader() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            List<JoinHandle<String>> readers = List.of(
                    runtime.spawn(() -> Sockets.readText(pair.client())),
                    runtime.spawn(() -> Sockets.readText(pair.client())));
            readers.forEach(reader -> Sockets.awaitWaiting(runtime, reader));
            Sockets.in(runtime, () -> {
                pair.server().shutdownOutput();
                return null;
            });
            assertThat(readers).allSatisfy(reader -> assertThat(reader.join()).isNull());
        }
    }

    @Test
    void whatWasPeekedAtIsReadAgain() throws Exception {
        onAPair((client, server) -> {
            Sockets.writeText(server, "abcdef");
            ByteBuffer peeked = ByteBuffer.allocate(3);
            assertThat(client.peek(peeked)).isEqualTo(3);
            assertThat(client.peek(peeked.clear())).isEqualTo(3);
            ByteBuffer read = ByteBuffer.allocate(6);
            client.readFully(read);
            assertThat(text(peeked)).isEqualTo("abc");
            assertThat(text(read)).isEqualTo("abcdef");
            server.shutdownOutput();
            assertThat(client.peek(peeked.clear())).isEqualTo(-1);
        });
    }

    @Test
    void severalBuffersAreWrittenAndReadInOrder() throws Exception {
        onAPair((client, server) -> {
            ByteBuffer direct = ByteBuffer.allocateDirect(4).put(bytes("cdef")).flip();
            server.writeAll(
                    new ByteBuffer[] {bytes("ab"), bytes(""), direct, bytes("g").asReadOnlyBuffer()});
            ByteBuffer first = ByteBuffer.allocate(3);
            ByteBuffer second = ByteBuffer.allocateDirect(4);
            while (second.hasRemaining()) {
                assertThat(client.read(new ByteBuffer[] {first, second})).isPositive();
            }
            assertThat(text(first)).isEqualTo("abc");
            assertThat(text(second)).isEqualTo("defg");
            server.writeAll(ByteBuffer.allocate(40_000));
            ByteBuffer large = ByteBuffer.allocate(30_000);
            ByteBuffer rest = ByteBuffer.allocate(10_000);
            while (rest.hasRemaining()) {
                assertThat(client.read(new ByteBuffer[] {large, rest})).isPositive();
            }
            assertThat(client.write(new ByteBuffer[] {ByteBuffer.allocate(0)})).isZero();
        });
    }

    @Test
    void segmentsAndBlockingStreamsCarryTheSame() throws Exception {
        onAPair((client, server) -> {
            try (Arena arena = Arena.ofShared()) {
                server.writeAll(MemorySegment.ofArray("array ".getBytes(StandardCharsets.UTF_8)));
                server.writeAll(arena.allocateFrom("foreign").asSlice(0, 7));
                InputStream in = client.asInputStream();
                assertThat(new String(in.readNBytes(13), StandardCharsets.UTF_8))
                        .isEqualTo("array foreign");
                try (OutputStream out = client.asOutputStream()) {
                    out.write("back".getBytes(StandardCharsets.UTF_8));
                }
                MemorySegment into = arena.allocate(64);
                assertThat(server.read(into)).isEqualTo(4);
                assertThat(server.read(into)).isEqualTo(-1);
            }
            assertThat(client.isOpen()).isFalse();
        });
    }

    @Test
    void framesGoOverIt() throws Exception {
        onAPair((client, server) -> {
            LengthPrefixedFrames out = new LengthPrefixedFrames(server, 100_000);
            LengthPrefixedFrames in = new LengthPrefixedFrames(client, 100_000);
            for (int length : new int[] {0, 1, 16_380, 16_384, 50_000}) {
                out.write(ByteBuffer.allocate(length));
                assertThat(in.read()).isEqualTo(ByteBuffer.allocate(length));
            }
            new Lines(client, 100).write("a line");
            assertThat(new Lines(server, 100).read()).isEqualTo("a line");
        });
    }

    @Test
    void theHalvesOfAStreamEndOneByOne() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            StreamHalves halves = pair.client().split();
            JoinHandle<Object> writer = runtime.spawn(() -> {
                try (StreamHalves.WriteHalf half = halves.writer()) {
                    half.writeAll(bytes("question"));
                }
                return null;
            });
            JoinHandle<String> reader = runtime.spawn(() -> {
                try (StreamHalves.ReadHalf half = halves.reader()) {
                    ByteBuffer buffer = ByteBuffer.allocate(6);
                    while (buffer.hasRemaining() && half.read(buffer) >= 0) {
                        // Until it has all.
                    }
                    return text(buffer);
                }
            });
            assertThat(Sockets.in(runtime, () -> {
                        String question = Sockets.readText(pair.server());
                        String end = Sockets.readText(pair.server());
                        Sockets.writeText(pair.server(), "answer");
                        return question + ", " + end;
                    }))
                    .isEqualTo("question, null");
            writer.join();
            assertThat(reader.join()).isEqualTo("answer");
            assertThat(pair.client().isOpen()).isFalse();
        }
    }

    @Test
    void aShutInputIsAtItsEndAlsoForOneWhoWaits() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(pair.client()));
            Sockets.awaitWaiting(runtime, reader);
            pair.client().shutdownInput();
            assertThat(reader.join()).isNull();
            Sockets.in(runtime, () -> Sockets.writeText(pair.client(), "still"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.server())))
                    .isEqualTo("still");
        }
    }

    @Test
    void aReadThatTakesTooLongTimesOutAndTheStreamGoesOn() throws Exception {
        onAPair((client, server) -> {
            client.setReadTimeout(Duration.ofMillis(5));
            ByteBuffer buffer = ByteBuffer.allocate(4);
            Assertions.assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> client.read(buffer));
            assertThat(buffer.position()).isZero();
            client.setReadTimeout(null);
            Sockets.writeText(server, "late");
            client.readFully(buffer);
            assertThat(text(buffer)).isEqualTo("late");
        });
    }
}
