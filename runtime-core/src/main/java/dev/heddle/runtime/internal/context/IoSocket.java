package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream or a listener.
 *
 * <pre>
 *   read, peek, accept          ──not now──▶ awaitReadable
 *   write, finishConnect        ──not now──▶ awaitWritable
 * </pre>
 */
public interface IoSocket extends IoHandle {

    /**
     * Reads what has arrived.
     *
     * @param buffer with room
     * @return how many bytes; 0 for not now; -1 at the end of the stream
     */
    int read(ByteBuffer buffer) throws IOException;

    /**
     * Reads what has arrived into buffers, one after the other.
     *
     * @param buffers some with room
     * @return as {@link #read(ByteBuffer)}
     */
    long read(ByteBuffer[] buffers) throws IOException;

    /** Reads what has arrived and leaves it there for the next read; otherwise as {@link #read(ByteBuffer)}. */
    int peek(ByteBuffer buffer) throws IOException;

    /**
     * Writes as much as there is room for.
     *
     * @param buffer not empty
     * @return how many bytes; 0 for not now
     */
    int write(ByteBuffer buffer) throws IOException;

    /**
     * Writes buffers, one after the other, as far as there is room.
     *
     * @param buffers not all empty
     * @return as {@link #write(ByteBuffer)}
     */
    long write(ByteBuffer[] buffers) throws IOException;

    /**
     * Takes the next connection.
     *
     * @return {@code null} for not now
     * @throws DescriptorsExhaustedException if the system cannot give the connection a descriptor
     */
    @Nullable
    IoSocket accept() throws IOException;

    /**
     * Goes on connecting.
     *
     * @return whether it is connected; {@code false} for not now
     * @throws IOException if the attempt has failed
     */
    boolean finishConnect() throws IOException;

    /** Ends reading at this end: reads return the end of the stream. */
    void shutdownInput() throws IOException;

    /** Tells the other end that nothing more will be written. */
    void shutdownOutput() throws IOException;

    /** Returns the address of the other end, or {@code null} if it has none. */
    @Nullable
    SocketAddress remoteAddress() throws IOException;

    /**
     * The same as {@link #awaitReadable(long)} for a reader that others have news for, such as one who shares a buffer with
     * it: they make the news visible, then call {@link #wakeReaders()}, and it is not missed.
     *
     * @param deadlineNanos as for {@link #awaitReadable(long)}
     * @param orWritable whether being ready to write ends the wait too
     * @param news asked once the caller can be woken: whether there is a reason not to wait; must not wait itself
     */
    boolean awaitReadable(long deadlineNanos, boolean orWritable, BooleanSupplier news) throws IOException;

    /** Ends the waits of those who wait for the socket to be ready to read, and runs their listeners. */
    void wakeReaders();

    /**
     * The same as {@link #whenReadable(Runnable)} for one that may have to write before there is something to read.
     *
     * @param orWritable whether the listener runs when the socket is ready to write, too
     */
    Runnable whenReadable(Runnable listener, boolean orWritable);
}
