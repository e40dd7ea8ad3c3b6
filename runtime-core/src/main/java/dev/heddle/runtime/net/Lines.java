package dev.heddle.runtime.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of UTF-8 text on a stream, each ended by a line feed, before which there may be a carriage return. One task may read
 * while another writes; of each kind one at a time. Interrupts do no harm, as with {@link LengthPrefixedFrames}.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="lines"}
 */
public final class Lines {

    private static final String LINE = "line";

    private final FrameBuffer input;
    private final FrameOutput output;
    private final int maxLineBytes;

    /** How many of the unconsumed bytes are known to have no line feed among them. */
    private int searched;

    /**
     * Reads and writes lines on a stream, which must not be used otherwise meanwhile.
     *
     * @param stream stays the caller's to close
     * @param maxLineBytes how long a line may be in either direction, without its end; from 1 to 1 GiB
     */
    public Lines(ByteStream stream, int maxLineBytes) {
        this.input = new FrameBuffer(stream);
        this.output = new FrameOutput(stream);
        this.maxLineBytes = FrameBuffer.checkLimit(maxLineBytes);
    }

    /**
     * Waits for the next line.
     *
     * @return the line, without its end; what follows the last line feed is a line too, if it is not empty; {@code null} at
     *     the end of the stream
     * @throws FrameTooLongException if a line is longer than is allowed
     * @throws IOException as {@link ByteStream#read} does
     */
    public @Nullable String read() throws IOException {
        for (; ; ) {
            ByteBuffer bytes = input.bytes();
            for (int i = bytes.position() + searched; i < bytes.limit(); i++) {
                if (bytes.get(i) == '\n') {
                    return take(i, i + 1);
                }
            }
            searched = bytes.remaining();
            // A carriage return does not count, and whether the last byte is one is not known to matter yet.
            if (searched > maxLineBytes + 1) {
                throw new FrameTooLongException(LINE, searched, maxLineBytes);
            }
            if (!input.readMore(searched + 1)) {
                ByteBuffer last = input.bytes();
                return last.hasRemaining() ? take(last.limit(), last.limit()) : null;
            }
        }
    }

    private String take(int end, int next) throws IOException {
        ByteBuffer bytes = input.bytes();
        int last = end > bytes.position() && next > end && bytes.get(end - 1) == '\r' ? end - 1 : end;
        int length = last - bytes.position();
        if (length > maxLineBytes) {
            throw new FrameTooLongException(LINE, length, maxLineBytes);
        }
        byte[] line = new byte[length];
        bytes.get(line).position(next);
        searched = 0;
        return new String(line, StandardCharsets.UTF_8);
    }

    /**
     * Writes a line and ends it with a line feed.
     *
     * @param line without a line feed
     * @throws FrameTooLongException if it is longer than is allowed; nothing was written
     * @throws IllegalArgumentException if there is a line feed in it
     * @throws IllegalStateException if an interrupted write has left something
     * @throws IOException as {@link ByteStream#write} does
     */
    public void write(String line) throws IOException {
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException("A line cannot have a line feed in it");
        }
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        if (text.length > maxLineBytes) {
            throw new FrameTooLongException(LINE, text.length, maxLineBytes);
        }
        output.write(
                ByteBuffer.allocate(text.length + 1).put(text).put((byte) '\n').flip());
    }

    /**
     * Writes what an interrupted {@link #write} has left.
     *
     * @throws IOException as {@link ByteStream#write} does
     */
    public void flush() throws IOException {
        output.flush();
    }
}
