package dev.heddle.runtime.internal.driver;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a socket has received beyond what its reader asked for. The next reader gets it before anything else.
 *
 * <p>Who asks for less than {@link #BYTES} has as many received. That spares the call that would fetch the rest, if a
 * message is read as a header and a body, and the one that finds nothing after a message that filled the reader's buffer:
 * the system returned less than it was asked for, so nothing is left.
 *
 * <p>Guarded by the lock of the socket's readers.
 */
final class ReadAhead {

    static final int BYTES = 4 << 10;

    private byte @Nullable [] bytes;
    private int from;

    boolean isEmpty() {
        return bytes == null;
    }

    /** Keeps a copy of some bytes. Only when it is empty. */
    void keep(byte[] source, int begin, int end) {
        bytes = Arrays.copyOfRange(source, begin, end);
        from = 0;
    }

    /** Moves to a buffer what it has room for, and returns how many bytes. */
    int moveTo(ByteBuffer buffer) {
        int count = copyTo(buffer);
        from += count;
        if (bytes != null && from == bytes.length) {
            bytes = null;
        }
        return count;
    }

    /** Copies to a buffer what it has room for, and returns how many bytes. */
    int copyTo(ByteBuffer buffer) {
        if (bytes == null) {
            return 0;
        }
        int count = Math.min(buffer.remaining(), bytes.length - from);
        buffer.put(bytes, from, count);
        return count;
    }
}
