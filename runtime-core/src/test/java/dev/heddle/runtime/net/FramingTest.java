package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Frames and lines on a stream that comes, and goes, in pieces of any size, and interrupts at any moment. */
class FramingTest {

    private final SplittableRandom random = new SplittableRandom(5);

    /** Gives what was written to it. */
    private final class Pipe implements ByteStream {

        private final ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        private int read;
        private boolean interrupts;

        private int piece(int most) throws InterruptedIOException {
            if (interrupts && random.nextInt(3) == 0) {
                throw new InterruptedIOException();
            }
            return random.nextInt(1, Math.min(most, 10) + 1);
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            int left = bytes.position() - read;
            if (left == 0) {
                return -1;
            }
            assertThat(buffer.hasRemaining()).isTrue();
            int count = piece(Math.min(left, buffer.remaining()));
            buffer.put(buffer.position(), bytes, read, count).position(buffer.position() + count);
            read += count;
            return count;
        }

        @Override
        public int write(ByteBuffer buffer) throws IOException {
            int count = piece(buffer.remaining());
            bytes.put(buffer.slice(buffer.position(), count));
            buffer.position(buffer.position() + count);
            return count;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private interface Operation<T> {
        T run() throws IOException;
    }

    private static <T> T untilDone(Operation<T> operation) throws IOException {
        for (; ; ) {
            try {
                return operation.run();
            } catch (InterruptedIOException again) {
                assertThat(again.bytesTransferred).isZero();
            }
        }
    }

    private final Pipe pipe = new Pipe();

    private void send(String bytes) {
        pipe.bytes.put(bytes.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void framesOfAllLengthsComeOutAsTheyWentIn() throws IOException {
        LengthPrefixedFrames frames = new LengthPrefixedFrames(pipe, 20_000);
        List<ByteBuffer> sent = new ArrayList<>();
        for (int length : new int[] {0, 1, 5_000, 20_000, 0, 3, 4_092, 4_093}) {
            byte[] frame = new byte[length];
            random.nextBytes(frame);
            sent.add(ByteBuffer.wrap(frame));
            frames.write(sent.getLast());
        }
        for (ByteBuffer frame : sent) {
            assertThat(frames.read()).isEqualTo(frame);
        }
        assertThat(frames.read()).isNull();
    }

    @Test
    void interruptsOfReadsAndWritesLoseAndDoubleNothing() throws IOException {
        LengthPrefixedFrames frames = new LengthPrefixedFrames(pipe, 100);
        pipe.interrupts = true;
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer frame = ByteBuffer.allocate(random.nextInt(8, 100)).putInt(0, i);
            try {
                frames.write(frame);
            } catch (InterruptedIOException partly) {
                assertThatIllegalStateException().isThrownBy(() -> frames.write(frame));
                untilDone(() -> {
                    frames.flush();
                    return true;
                });
            }
        }
        for (int i = 0; i < 2_000; i++) {
            ByteBuffer frame = untilDone(frames::read);
            assertThat(frame).isNotNull();
            assertThat(frame.getInt(0)).isEqualTo(i);
        }
        assertThat(untilDone(frames::read)).isNull();
    }

    @Test
    void aFrameThatIsTooLongIsRefusedOnBothSidesBeforeItTakesMemory() {
        LengthPrefixedFrames frames = new LengthPrefixedFrames(pipe, 10);
        assertThatExceptionOfType(FrameTooLongException.class)
                .isThrownBy(() -> frames.write(ByteBuffer.allocate(11)))
                .withMessageContaining("at most 10 bytes");
        assertThat(pipe.bytes.position()).isZero();
        pipe.bytes.putInt(-1);
        assertThatExceptionOfType(FrameTooLongException.class)
                .isThrownBy(frames::read)
                .withMessageContaining("4294967295");
    }

    @Test
    void aStreamThatEndsWithinAFrameSaysSo() {
        pipe.bytes.putInt(5).put((byte) 1);
        assertThatExceptionOfType(EOFException.class).isThrownBy(new LengthPrefixedFrames(pipe, 10)::read);
    }

    @Test
    void linesEndWithALineFeedAndMayHaveACarriageReturnBeforeIt() throws IOException {
        send("one\r\n\ntwo\rthree\nlast");
        Lines lines = new Lines(pipe, 100);
        assertThat(lines.read()).isEqualTo("one");
        assertThat(lines.read()).isEmpty();
        assertThat(lines.read()).isEqualTo("two\rthree");
        assertThat(lines.read()).isEqualTo("last");
        assertThat(lines.read()).isNull();
    }

    @Test
    void linesThatAreWrittenAreRead() throws IOException {
        Lines lines = new Lines(pipe, 10_000);
        pipe.interrupts = true;
        String long9 = "ü".repeat(5_000);
        for (String line : List.of("", "a", long9, "z")) {
            try {
                lines.write(line);
            } catch (InterruptedIOException partly) {
                untilDone(() -> {
                    lines.flush();
                    return true;
                });
            }
        }
        for (String line : List.of("", "a", long9, "z")) {
            assertThat(untilDone(lines::read)).isEqualTo(line);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> lines.write("a\nb"));
    }

    @Test
    void aLineMayBeAsLongAsTheLimitAndNoLonger() throws IOException {
        send("12345\r\n12345\n123456\n");
        Lines lines = new Lines(pipe, 5);
        assertThat(lines.read()).isEqualTo("12345");
        assertThat(lines.read()).isEqualTo("12345");
        assertThatExceptionOfType(FrameTooLongException.class).isThrownBy(lines::read);
        assertThatExceptionOfType(FrameTooLongException.class).isThrownBy(() -> lines.write("123456"));
    }

    @Test
    void aLineWithoutEndIsRefusedBeforeAllOfItIsKept() {
        send("x".repeat(1_000));
        Lines lines = new Lines(pipe, 5);
        assertThatExceptionOfType(FrameTooLongException.class).isThrownBy(lines::read);
        assertThat(pipe.read).isLessThan(30);
    }

    @Test
    void aLimitThatIsNoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lines(pipe, 0))
                .withMessageContaining("it is 0");
    }
}
