package dev.heddle.runtime.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Frames on a stream, each after its length in four bytes, the highest first. One task may read while another writes; of
 * each kind one at a time.
 *
 * <p>An interrupted {@link #read()} loses nothing: the next goes on where it was. An interrupted {@link #write} may have
 * written a part; {@link #flush()} writes the rest, and has to before the next frame. Writing waits for the peer to read, so
 * nothing collects here.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="frames"}
 */
public final class LengthPrefixedFrames {

    private static final String FRAME = "frame";

    private final FrameBuffer input;
    private final FrameOutput output;
    private final int maxFrameBytes;

    /**
     * Reads and writes frames on a stream, which must not be used otherwise meanwhile.
     *
     * @param stream stays the caller's to close
     * @param maxFrameBytes how long a frame may be in either direction, without its length; from 1 to 1 GiB
     */
    public LengthPrefixedFrames(ByteStream stream, int maxFrameBytes) {
        this.input = new FrameBuffer(stream);
        this.output = new FrameOutput(stream);
        this.maxFrameBytes = FrameBuffer.checkLimit(maxFrameBytes);
    }

    /**
     * Waits for the next frame.
     *
     * @return the frame, in memory of its own; {@code null} at the end of the stream
     * @throws FrameTooLongException if the peer announces a longer frame than is allowed; no memory was taken for it
     * @throws EOFException if the stream ends within a frame
     * @throws IOException as {@link ByteStream#read} does
     */
    public @Nullable ByteBuffer read() throws IOException {
        int needed = Integer.BYTES;
        for (; ; ) {
            ByteBuffer bytes = input.bytes();
            if (bytes.remaining() >= Integer.BYTES) {
                int length = bytes.getInt(bytes.position());
                if (length < 0 || length > maxFrameBytes) {
                    throw new FrameTooLongException(FRAME, Integer.toUnsignedLong(length), maxFrameBytes);
                }
                needed = Integer.BYTES + length;
                if (bytes.remaining() >= needed) {
                    byte[] frame = new byte[length];
                    bytes.position(bytes.position() + Integer.BYTES).get(frame);
                    return ByteBuffer.wrap(frame);
                }
            }
            if (!input.readMore(needed)) {
                if (input.bytes().hasRemaining()) {
                    throw new EOFException("The stream ended within a frame");
                }
                return null;
            }
        }
    }

    /**
     * Writes a frame.
     *
     * @param frame written from its position to its limit, which stay as they are; it may be changed once this has returned
     * @throws FrameTooLongException if it is longer than is allowed; nothing was written
     * @throws IllegalStateException if an interrupted write has left something
     * @throws IOException as {@link ByteStream#write} does
     */
    public void write(ByteBuffer frame) throws IOException {
        int length = frame.remaining();
        if (length > maxFrameBytes) {
            throw new FrameTooLongException(FRAME, length, maxFrameBytes);
        }
        ByteBuffer whole = ByteBuffer.allocate(Integer.BYTES + length);
        output.write(whole.putInt(length).put(frame.duplicate()).flip());
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
