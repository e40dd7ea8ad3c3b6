package dev.heddle.runtime.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A stream as libraries for blocking I/O read it. */
final class StreamInput extends InputStream {

    private final ByteStream stream;

    StreamInput(ByteStream stream) {
        this.stream = stream;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return stream.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
