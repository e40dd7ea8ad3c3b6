package dev.heddle.runtime.net;

import java.nio.ByteBuffer;

/** What is asked of the buffers of users. */
final class Buffers {

    private Buffers() {}

    /** To be called before anything is received, which would be lost. */
    static void requireWritable(ByteBuffer buffer) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("Nothing can be read into a read-only buffer: " + buffer);
        }
    }
}
