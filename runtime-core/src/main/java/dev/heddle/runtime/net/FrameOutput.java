package dev.heddle.runtime.net;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Writes whole frames. What an interrupted write has left must go out before the next frame, or the peer would see one that
 * begins in the middle of another.
 */
final class FrameOutput {

    private final ByteStream stream;
    private ByteBuffer rest = ByteBuffer.allocate(0);

    FrameOutput(ByteStream stream) {
        this.stream = stream;
    }

    void write(ByteBuffer frame) throws IOException {
        if (rest.hasRemaining()) {
            throw new IllegalStateException("The last write was interrupted: flush what it has left first");
        }
        rest = frame;
        flush();
    }

    void flush() throws IOException {
        stream.writeAll(rest);
    }
}
