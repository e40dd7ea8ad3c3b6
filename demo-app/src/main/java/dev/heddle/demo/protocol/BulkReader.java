package dev.heddle.demo.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * An argument whose length is known and whose bytes are arriving.
 *
 * <p>Memory follows the bytes received, not the length announced: else a few bytes from each of many clients could
 * reserve gigabytes.
 */
final class BulkReader {

    /** What a parser holds between two arguments. */
    static final BulkReader EMPTY = new BulkReader(0);

    private static final int INITIAL_CAPACITY = 16 * 1024;
    private static final int TERMINATOR_LENGTH = 2;

    private final int length;
    private byte[] bytes;
    private int received;
    private int terminatorReceived;

    BulkReader(int length) {
        this.length = length;
        this.bytes = new byte[Math.min(length, INITIAL_CAPACITY)];
    }

    /** Takes bytes and returns whether the argument and the two bytes after it, which Redis does not look at, are here. */
    boolean fill(ByteBuffer input) {
        int count = Math.min(length - received, input.remaining());
        if (received + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(2L * bytes.length, received + count)));
        }
        input.get(bytes, received, count);
        received += count;
        while (received == length && terminatorReceived < TERMINATOR_LENGTH && input.hasRemaining()) {
            input.get();
            terminatorReceived++;
        }
        return terminatorReceived == TERMINATOR_LENGTH;
    }

    /** Returns the complete argument. */
    byte[] bytes() {
        return bytes;
    }
}
