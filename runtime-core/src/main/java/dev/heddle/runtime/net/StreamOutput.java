package dev.heddle.runtime.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** A stream as libraries for blocking I/O write it. */
final class StreamOutput extends OutputStream {

    private final ByteStream stream;

    StreamOutput(ByteStream stream) {
        this.stream = stream;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.writeAll(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
