package dev.heddle.demo.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The beginning of a line whose end has not arrived yet. */
final class LineBuffer {

    private static final int INITIAL_CAPACITY = 64;

    private final int maxLength;
    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;

    LineBuffer(int maxLength) {
        this.maxLength = maxLength;
    }

    /**
     * Takes bytes until one of them is the terminator, which is taken but not kept.
     *
     * @param input what has arrived
     * @param terminator the byte that ends the line
     * @param problemWhenTooLong what to say when the line exceeds the limit
     * @return whether the line is complete
     */
    boolean fill(ByteBuffer input, byte terminator, String problemWhenTooLong) throws ProtocolException {
        while (input.hasRemaining()) {
            byte next = input.get();
            if (next == terminator) {
                return true;
            }
            if (length == maxLength) {
                throw new ProtocolException(problemWhenTooLong);
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(maxLength, 2 * length));
            }
            bytes[length++] = next;
        }
        return false;
    }

    /** Returns the line and begins the next. */
    byte[] take() {
        byte[] line = Arrays.copyOf(bytes, length);
        length = 0;
        if (bytes.length > INITIAL_CAPACITY) {
            bytes = new byte[INITIAL_CAPACITY];
        }
        return line;
    }
}
