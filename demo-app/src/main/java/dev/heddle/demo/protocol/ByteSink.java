package dev.heddle.demo.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of replies go. */
@FunctionalInterface
public interface ByteSink {

    /**
     * Takes all of the bytes, waiting as long as the receiver makes it wait.
     *
     * @param bytes taken from its position to its limit
     * @throws IOException if the receiver is gone
     */
    void writeAll(ByteBuffer bytes) throws IOException;
}
