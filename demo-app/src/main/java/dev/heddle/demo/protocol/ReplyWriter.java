package dev.heddle.demo.protocol;

import dev.heddle.demo.bytes.Integers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;

/**
 * Writes replies in the version of the protocol that the client has chosen.
 *
 * <p>It has one buffer of fixed size and hands it to the sink when it is full, so a reply of any size takes no more
 * memory than a small one, and a client that does not read stops the command that writes to it: that is all the
 * back-pressure there is, and all that is needed.
 */
public final class ReplyWriter {

    private static final byte[] CRLF = {'\r', '\n'};

    private final ByteSink sink;
    private final ByteBuffer buffer;
    private RespVersion version = RespVersion.RESP2;

    public ReplyWriter(ByteSink sink, int bufferSize) {
        this.sink = sink;
        this.buffer = ByteBuffer.allocate(bufferSize);
    }

    /** Returns the bytes of a reply that is written many times. */
    public static byte[] encode(RespVersion version, ReplyBody body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ReplyWriter writer = new ReplyWriter(Channels.newChannel(bytes)::write, 256);
        writer.use(version);
        try {
            body.writeTo(writer);
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("An array in memory takes everything", e);
        }
        return bytes.toByteArray();
    }

    /** Chooses the version of what is written from now on. */
    public void use(RespVersion version) {
        this.version = version;
    }

    /** Returns the version in use. */
    public RespVersion version() {
        return version;
    }

    /** Writes {@code +OK}. */
    public void ok() throws IOException {
        simple("OK");
    }

    /** Writes a status, which has no line breaks. */
    public void simple(String status) throws IOException {
        line('+', status);
    }

    /**
     * Writes an error, which begins with its code. Line breaks in it become spaces. A character is a byte, because errors
     * repeat what clients have sent.
     */
    public void error(String message) throws IOException {
        line('-', message.replace('\r', ' ').replace('\n', ' '));
    }

    /** Writes an integer. */
    public void integer(long value) throws IOException {
        header(':', value);
    }

    /** Writes a string of any bytes. */
    public void bulk(byte[] value) throws IOException {
        header('$', value.length);
        put(value);
        put(CRLF);
    }

    /** Writes a string of text. */
    public void bulk(String value) throws IOException {
        bulk(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a text that is meant to be shown to people as it is. */
    public void verbatim(String text) throws IOException {
        if (version == RespVersion.RESP2) {
            bulk(text);
            return;
        }
        byte[] bytes = ("txt:" + text).getBytes(StandardCharsets.UTF_8);
        header('=', bytes.length);
        put(bytes);
        put(CRLF);
    }

    /** Writes the absence of a value. */
    public void absent() throws IOException {
        put(version == RespVersion.RESP2 ? "$-1\r\n" : "_\r\n");
    }

    /** Begins an array; its elements follow. */
    public void array(int size) throws IOException {
        header('*', size);
    }

    /** Begins a map; its keys and values follow in turn. */
    public void map(int size) throws IOException {
        if (version == RespVersion.RESP2) {
            header('*', 2L * size);
        } else {
            header('%', size);
        }
    }

    /** Begins a set; its elements follow. */
    public void set(int size) throws IOException {
        header(version == RespVersion.RESP2 ? '*' : '~', size);
    }

    /** Begins a message that answers no request; its elements follow. */
    public void push(int size) throws IOException {
        header(version == RespVersion.RESP2 ? '*' : '>', size);
    }

    /** Writes what is already in the form of the protocol. */
    public void encoded(byte[] bytes) throws IOException {
        put(bytes);
    }

    /** Hands to the sink what it has not got yet. */
    public void flush() throws IOException {
        buffer.flip();
        try {
            if (buffer.hasRemaining()) {
                sink.writeAll(buffer);
            }
        } finally {
            buffer.clear();
        }
    }

    private void header(char type, long number) throws IOException {
        put((byte) type);
        put(Integers.format(number));
        put(CRLF);
    }

    private void line(char type, String text) throws IOException {
        put((byte) type);
        put(text);
        put(CRLF);
    }

    private void put(String text) throws IOException {
        put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void put(byte value) throws IOException {
        if (!buffer.hasRemaining()) {
            flush();
        }
        buffer.put(value);
    }

    /** In pieces of the buffer's size even when it is empty: the JDK copies a piece into a direct buffer that it keeps. */
    private void put(byte[] bytes) throws IOException {
        for (int from = 0; from < bytes.length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(buffer.remaining(), bytes.length - from);
            buffer.put(bytes, from, count);
            from += count;
        }
    }
}
