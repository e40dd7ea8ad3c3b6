package dev.heddle.runtime.net;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A connection that carries bytes both ways, whose operations suspend the calling task while they wait. One task may read
 * while another writes.
 *
 * <p>Every operation that waits throws {@link java.io.InterruptedIOException} if the calling task is aborted or its thread
 * interrupted meanwhile, {@link java.nio.channels.ClosedChannelException} if the connection is closed, before or while it
 * waits, and an {@link IOException} that says so once the runtime is shut down.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="byte-stream"}
 */
public interface ByteStream extends Closeable {

    /**
     * Reads what has arrived, waiting until there is something. When interrupted, it has read nothing.
     *
     * @param buffer filled from its position to its limit at most; of the heap or direct
     * @return how many bytes were read; 0 only if the buffer has no room; -1 at the end of the stream
     * @throws IOException if the connection is lost or closed, the wait interrupted or the runtime shut down
     * @throws IllegalArgumentException if the buffer is read-only
     */
    int read(ByteBuffer buffer) throws IOException;

    /**
     * Writes what the connection takes, waiting until it takes something. When interrupted, it has written nothing.
     *
     * @param buffer written from its position to its limit at most; of the heap or direct
     * @return how many bytes were written; 0 only if the buffer is empty
     * @throws IOException as {@link #read} does
     */
    int write(ByteBuffer buffer) throws IOException;

    /**
     * Writes a whole buffer, waiting as often as needed.
     *
     * @param buffer written from its position to its limit
     * @throws IOException as {@link #read} does; the buffer's position tells how much was written
     */
    default void writeAll(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            write(buffer);
        }
    }

    /**
     * Reads until a buffer is full, waiting as often as needed.
     *
     * @param buffer filled from its position to its limit
     * @throws java.io.EOFException if the stream ends before; the buffer's position tells how much was read
     * @throws IOException as {@link #read} does
     */
    default void readFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (read(buffer) < 0) {
                throw new EOFException("The stream ended " + buffer.remaining() + " bytes too early");
            }
        }
    }

    /**
     * Tells the peer that nothing more will be written; reading goes on.
     *
     * @throws IOException if the connection is closed
     */
    void shutdownOutput() throws IOException;

    /** Returns whether the connection has not been closed at this end. */
    boolean isOpen();

    /**
     * Closes the connection. Every wait on it throws. Closing twice has no effect. May be called from any thread.
     *
     * @throws IOException if the system reports an error
     */
    @Override
    void close() throws IOException;
}
