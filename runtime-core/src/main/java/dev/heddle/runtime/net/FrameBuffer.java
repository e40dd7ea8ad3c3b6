package dev.heddle.runtime.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/** What was read from a stream and not consumed yet. It survives an interrupted read, so none loses a byte. */
final class FrameBuffer {

    private static final int INITIAL_BYTES = 1 << 12;
    private static final int MAX_LIMIT = 1 << 30;

    private final ByteStream stream;

    /** Unconsumed from its position to its limit. */
    private ByteBuffer bytes = ByteBuffer.allocate(INITIAL_BYTES).limit(0);

    FrameBuffer(ByteStream stream) {
        this.stream = stream;
    }

    static int checkLimit(int bytes) {
        if (bytes < 1 || bytes > MAX_LIMIT) {
            throw new IllegalArgumentException(
                    "The limit of a frame must be from 1 to " + MAX_LIMIT + " bytes, and it is " + bytes);
        }
        return bytes;
    }

    /** Returns what there is; whoever consumes moves its position. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Reads more.
     *
     * @param room how many unconsumed bytes there must be room for in all
     * @return whether the stream has not ended
     */
    boolean readMore(int room) throws IOException {
        int kept = bytes.remaining();
        if (bytes.capacity() - bytes.position() < room || kept == 0) {
            ByteBuffer target = bytes.capacity() < room
                    ? ByteBuffer.allocate(Math.max(room, (int) Math.min(2L * bytes.capacity(), MAX_LIMIT)))
                    : bytes;
            target.put(0, bytes, bytes.position(), kept).clear().limit(kept);
            bytes = target;
        }
        ByteBuffer into = bytes.duplicate();
        into.limit(into.capacity()).position(bytes.limit());
        int count = stream.read(into);
        if (count > 0) {
            bytes.limit(into.position());
        }
        return count >= 0;
    }
}
