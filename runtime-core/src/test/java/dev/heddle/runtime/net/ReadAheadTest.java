package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads of less than has arrived: the rest is where it was, for every kind of reader, wherever the driver keeps it. */
@Timeout(60)
class ReadAheadTest {

    private static final int STREAM_BYTES = 1 << 20;

    private final AsyncRuntime runtime = Sockets.twoWorkers();
    private Sockets.Pair pair;

    @BeforeEach
    void connect() {
        pair = Sockets.connect(runtime);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        runtime.close();
    }

    private interface Body {
        void run(TcpStream client, TcpStream server) throws Exception;
    }

    private void inATask(Body body) {
        Sockets.in(runtime, () -> {
            body.run(pair.client(), pair.server());
            return null;
        });
    }

    private static String read(TcpStream stream, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        stream.readFully(buffer);
        return new String(buffer.array(), StandardCharsets.US_ASCII);
    }

    /** Waits until so much has arrived that nothing is left to come in between. */
    private static void awaitArrived(TcpStream stream, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (stream.peek(buffer.clear()) < bytes) {
            // Until all of it is there.
        }
    }

    /** Has a text arrive, and one byte of it read. */
    private static void leaveRest(TcpStream client, TcpStream server, String text) throws IOException {
        Sockets.writeText(server, text);
        awaitArrived(client, text.length());
        assertThat(read(client, 1)).isEqualTo(text.substring(0, 1));
    }

    @Test
    void aHeaderIsReadAndThenItsBody() {
        inATask((client, server) -> {
            Sockets.writeText(server, "4bodyrest");
            awaitArrived(client, 9);
            assertThat(read(client, 1)).isEqualTo("4");
            assertThat(read(client, 4)).isEqualTo("body");
            assertThat(Sockets.readText(client)).isEqualTo("rest");
        });
    }

    @Test
    void afterTheRestOneWaitsForWhatComesNext() {
        JoinHandle<String> reader = runtime.spawn(() -> {
            awaitArrived(pair.client(), 3);
            return read(pair.client(), 1) + read(pair.client(), 2) + read(pair.client(), 4);
        });
        Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "abc"));
        Sockets.awaitWaiting(runtime, reader);
        Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "next"));
        assertThat(reader.join()).isEqualTo("abcnext");
    }

    @Test
    void onePeeksAtTheRestAndAtWhatHasComeSince() {
        inATask((client, server) -> {
            leaveRest(client, server, "abc");
            Sockets.writeText(server, "de");
            awaitArrived(client, 4);
            assertThat(read(client, 4)).isEqualTo("bcde");
        });
    }

    @Test
    void theRestIsPeekedAtAlsoWhenTheStreamHasEnded() {
        inATask((client, server) -> {
            Sockets.writeText(server, "abc");
            server.shutdownOutput();
            awaitArrived(client, 3);
            read(client, 1);
            ByteBuffer peeked = ByteBuffer.allocate(8);
            assertThat(client.peek(peeked)).isEqualTo(2);
            assertThat(read(client, 2)).isEqualTo("bc");
            assertThat(client.peek(peeked)).isEqualTo(-1);
            assertThat(client.read(peeked)).isEqualTo(-1);
        });
    }

    @Test
    void theRestMakesTheStreamReady() {
        Select<Boolean> isReady = Select.<Boolean>of().onReady(pair.client().readable(), ready -> true);
        inATask((client, server) -> {
            leaveRest(client, server, "ab");
            assertThat(isReady.pollOrElse(() -> false)).isTrue();
            assertThat(isReady.await()).isTrue();
            read(client, 1);
            assertThat(isReady.pollOrElse(() -> false)).isFalse();
        });
    }

    @Test
    void theRestIsReadBeforeTheReset() {
        inATask((client, server) -> {
            leaveRest(client, server, "abc");
            reset(server);
            assertThat(read(client, 2)).isEqualTo("bc");
            assertReset(client);
        });
    }

    /** With epoll the other end has it when this returns. */
    private static void reset(TcpStream stream) throws IOException {
        stream.setOption(StandardSocketOptions.SO_LINGER, 0);
        stream.close();
    }

    private static void assertReset(TcpStream stream) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> stream.read(ByteBuffer.allocate(1)))
                .withMessageContaining("reset");
    }

    @Test
    void onePeeksAtTheRestBeforeTheReset() {
        inATask((client, server) -> {
            leaveRest(client, server, "abc");
            reset(server);
            assertThat(client.peek(ByteBuffer.allocate(8))).isEqualTo(2);
            assertThat(read(client, 2)).isEqualTo("bc");
            assertReset(client);
        });
    }

    /** The first buffer is too large for anything to be received ahead; the reset is met by that which is for the second. */
    @Test
    void aReadIntoSeveralBuffersReturnsWhatHasComeAndTheNextOneThrowsTheReset() {
        Select<Boolean> isReady = Select.<Boolean>of().onReady(pair.client().readable(), ready -> true);
        inATask((client, server) -> {
            server.writeAll(ByteBuffer.allocate(8_192));
            reset(server);
            ByteBuffer[] buffers = {ByteBuffer.allocate(8_192), ByteBuffer.allocate(8_192)};
            assertThat(client.read(buffers)).isEqualTo(8_192);
            assertThat(isReady.await()).isTrue();
            assertReset(client);
        });
    }

    @Test
    void afterTheCloseTheRestIsGone() {
        Select<Boolean> isReady = Select.<Boolean>of().onReady(pair.client().readable(), ready -> true);
        inATask((client, server) -> {
            leaveRest(client, server, "ab");
            client.close();
            assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> read(client, 1));
            assertThatExceptionOfType(ClosedChannelException.class)
                    .isThrownBy(() -> client.peek(ByteBuffer.allocate(1)));
            assertThatThrownBy(isReady::await).rootCause().isInstanceOf(ClosedChannelException.class);
        });
    }

    /** Sizes around that of what is received ahead, on both sides. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void howeverLongTheReadsAreEveryByteIsReadOnceAndInOrder(long seed) {
        JoinHandle<Object> writer = runtime.spawn(() -> {
            Random random = new Random(-seed);
            for (int written = 0; written < STREAM_BYTES; ) {
                ByteBuffer buffer = ByteBuffer.allocate(Math.min(size(random), STREAM_BYTES - written));
                while (buffer.hasRemaining()) {
                    buffer.put(byteAt(written++));
                }
                pair.server().writeAll(buffer.flip());
            }
            pair.server().shutdownOutput();
            return null;
        });
        inATask((client, server) -> {
            Random random = new Random(seed);
            int total = 0;
            while (true) {
                int size = size(random);
                ByteBuffer buffer = random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
                boolean peeks = random.nextInt(4) == 0;
                int count = peeks ? client.peek(buffer) : client.read(buffer);
                if (count < 0) {
                    break;
                }
                assertThat(buffer.flip().remaining()).isEqualTo(count);
                for (int i = 0; i < count; i++) {
                    if (buffer.get(i) != byteAt(total + i)) {
                        assertThat(buffer.get(i)).as("byte %d", total + i).isEqualTo(byteAt(total + i));
                    }
                }
                total += peeks ? 0 : count;
            }
            assertThat(total).isEqualTo(STREAM_BYTES);
        });
        writer.join();
    }

    private static int size(Random random) {
        return 1 + random.nextInt(random.nextBoolean() ? 64 : 9_000);
    }

    /** Has no period that a size could be a multiple of. */
    private static byte byteAt(int index) {
        return (byte) (index * 31 + index / 251);
    }

    @Test
    void aReadOnlyBufferIsRefusedAndNothingIsLost() {
        inATask((client, server) -> {
            Sockets.writeText(server, "abc");
            ByteBuffer readOnly = ByteBuffer.allocate(3).asReadOnlyBuffer();
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> client.read(readOnly))
                    .withMessageContaining("read-only buffer");
            assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> client.peek(readOnly));
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> client.read(new ByteBuffer[] {ByteBuffer.allocate(1), readOnly}));
            assertThat(read(client, 3)).isEqualTo("abc");
        });
    }
}
