package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.sync.Selectable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection by a socket of the system: what {@link TcpStream}, {@link TlsStream} and {@link UnixStream} have in common.
 *
 * <p>It belongs to the runtime of the task that made it, and may be used by that runtime's tasks of all kinds. Several tasks
 * may read, or write, at the same time without harm to the connection, but then nobody knows who gets which bytes.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="socket-stream"}
 */
public abstract sealed class SocketStream implements ByteStream permits TcpStream, TlsStream, UnixStream {

    final IoSocket socket;
    private final Timers timers;
    private volatile long readTimeoutNanos = IoSocket.NO_DEADLINE;
    private volatile long writeTimeoutNanos = IoSocket.NO_DEADLINE;

    /** Who is told of what is read and written. Set before anybody else has the stream. */
    private @Nullable Traffic traffic;

    SocketStream(IoSocket socket, Timers timers) {
        this.socket = socket;
        this.timers = timers;
    }

    /** Has somebody told of what is read and written. To be called before anybody else has the stream. */
    final void observe(@Nullable Traffic observer) {
        this.traffic = observer;
    }

    /** Returns who is told of what is read and written, if anybody is. */
    final @Nullable Traffic observer() {
        return traffic;
    }

    @Override
    public final int read(ByteBuffer buffer) throws IOException {
        Buffers.requireWritable(buffer);
        if (!buffer.hasRemaining()) {
            return 0;
        }
        int count = socket.read(buffer);
        if (count == 0) {
            long deadline = deadline(readTimeoutNanos);
            awaitReadable(deadline);
            for (count = socket.read(buffer); count == 0; count = socket.read(buffer)) {
                awaitReadableAgain(deadline);
            }
        }
        received(count);
        CurrentTask.consumeBudget();
        return count;
    }

    /**
     * The same as {@link #read(ByteBuffer)} for a memory segment.
     *
     * @param segment filled from its beginning; at most 2 GiB of it
     */
    public final int read(MemorySegment segment) throws IOException {
        return read(bufferOf(segment));
    }

    /**
     * Reads what has arrived into several buffers, one after the other, waiting until there is something.
     *
     * @param buffers each filled from its position to its limit at most
     * @return how many bytes were read; 0 only if no buffer has room; -1 at the end of the stream
     * @throws IOException as {@link #read(ByteBuffer)} does
     */
    public final long read(ByteBuffer[] buffers) throws IOException {
        for (ByteBuffer buffer : buffers) {
            Buffers.requireWritable(buffer);
        }
        if (areEmpty(buffers)) {
            return 0;
        }
        long count = socket.read(buffers);
        if (count == 0) {
            long deadline = deadline(readTimeoutNanos);
            awaitReadable(deadline);
            for (count = socket.read(buffers); count == 0; count = socket.read(buffers)) {
                awaitReadableAgain(deadline);
            }
        }
        received(count);
        CurrentTask.consumeBudget();
        return count;
    }

    /**
     * Reads what has arrived as {@link #read(ByteBuffer)} does, but leaves it for the next read.
     *
     * @param buffer filled from its position to its limit at most
     * @return how many bytes were copied; 0 only if the buffer has no room; -1 at the end of the stream
     * @throws IOException as {@link #read(ByteBuffer)} does
     */
    public final int peek(ByteBuffer buffer) throws IOException {
        Buffers.requireWritable(buffer);
        if (!buffer.hasRemaining()) {
            return 0;
        }
        int count = socket.peek(buffer);
        if (count == 0) {
            long deadline = deadline(readTimeoutNanos);
            awaitReadable(deadline);
            for (count = socket.peek(buffer); count == 0; count = socket.peek(buffer)) {
                awaitReadableAgain(deadline);
            }
        }
        CurrentTask.consumeBudget();
        return count;
    }

    @Override
    public final int write(ByteBuffer buffer) throws IOException {
        if (!buffer.hasRemaining()) {
            return 0;
        }
        int count = socket.write(buffer);
        if (count == 0) {
            long deadline = writeDeadline();
            do {
                awaitWritable(deadline);
                count = socket.write(buffer);
            } while (count == 0);
        }
        sent(count);
        finishWrite();
        CurrentTask.consumeBudget();
        return count;
    }

    /**
     * Writes a whole memory segment, waiting as often as needed.
     *
     * @param segment written from its beginning; at most 2 GiB long
     * @throws IOException as {@link #read(ByteBuffer)} does
     */
    public final void writeAll(MemorySegment segment) throws IOException {
        writeAll(bufferOf(segment));
    }

    /**
     * Writes what the socket takes of several buffers, one after the other, waiting until it takes something. What one
     * call takes leaves as if it had been one buffer.
     *
     * @param buffers each written from its position to its limit at most
     * @return how many bytes were written; 0 only if all buffers are empty
     * @throws IOException as {@link #read(ByteBuffer)} does
     */
    public final long write(ByteBuffer[] buffers) throws IOException {
        if (areEmpty(buffers)) {
            return 0;
        }
        long count = socket.write(buffers);
        if (count == 0) {
            long deadline = writeDeadline();
            do {
                awaitWritable(deadline);
                count = socket.write(buffers);
            } while (count == 0);
        }
        sent(count);
        finishWrite();
        CurrentTask.consumeBudget();
        return count;
    }

    /**
     * Writes several buffers wholly, one after the other, waiting as often as needed.
     *
     * @param buffers each written from its position to its limit
     * @throws IOException as {@link #read(ByteBuffer)} does; the buffers' positions tell how much was written
     */
    public final void writeAll(ByteBuffer[] buffers) throws IOException {
        while (write(buffers) > 0) {
            // Until all are empty.
        }
    }

    final Timers timers() {
        return timers;
    }

    private void received(long count) {
        Traffic observer = traffic;
        if (observer != null && count > 0) {
            observer.read(count);
        }
    }

    private void sent(long count) {
        Traffic observer = traffic;
        if (observer != null) {
            observer.written(count);
        }
    }

    private static boolean areEmpty(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer bufferOf(MemorySegment segment) {
        return segment.asSlice(0, Math.min(segment.byteSize(), Integer.MAX_VALUE))
                .asByteBuffer();
    }

    private long deadline(long timeoutNanos) {
        return Timeouts.deadline(timeoutNanos, timers);
    }

    private void awaitReadable(long deadline) throws IOException {
        if (!socket.awaitReadable(deadline)) {
            throw nothingInTime();
        }
    }

    private SocketTimeoutException nothingInTime() {
        return new SocketTimeoutException("Nothing to read within " + Duration.ofNanos(readTimeoutNanos));
    }

    /**
     * Waits again after a wait that was for nothing. Under TLS much may come that is not for readers, and so fast that no wait is
     * one, so what a wait looks at is looked at here.
     */
    private void awaitReadableAgain(long deadline) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("Interrupted while reading");
        }
        if (deadline != IoSocket.NO_DEADLINE && timers.nanoTime() - deadline >= 0) {
            throw nothingInTime();
        }
        CurrentTask.consumeBudget();
        awaitReadable(deadline);
    }

    final long writeDeadline() {
        return deadline(writeTimeoutNanos);
    }

    final void awaitWritable(long deadline) throws IOException {
        if (!socket.awaitWritable(deadline)) {
            throw new SocketTimeoutException("No room to write within " + Duration.ofNanos(writeTimeoutNanos));
        }
    }

    /**
     * Limits how long each read waits, from now on. A read that takes longer throws
     * {@link java.net.SocketTimeoutException}, having read nothing, and the connection can still be used.
     *
     * @param timeout positive, or {@code null} for no limit, as it is at first
     */
    public final void setReadTimeout(@Nullable Duration timeout) {
        readTimeoutNanos = Timeouts.limit(timeout);
    }

    /**
     * Limits how long each {@link #write(ByteBuffer)}, or each of those that a {@code writeAll} is made of, waits for room;
     * as {@link #setReadTimeout}.
     *
     * @param timeout positive, or {@code null} for no limit, as it is at first
     */
    public final void setWriteTimeout(@Nullable Duration timeout) {
        writeTimeoutNanos = Timeouts.limit(timeout);
    }

    /**
     * Sets an option of the socket.
     *
     * @param option one of {@link java.net.StandardSocketOptions} or, where the system has it,
     *     {@code jdk.net.ExtendedSocketOptions}
     * @param value its value
     * @throws IOException if the stream is closed or the system refuses
     * @throws UnsupportedOperationException if the socket has no such option
     */
    public final <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    /**
     * Returns the value of an option of the socket.
     *
     * @param option as for {@link #setOption}
     * @throws IOException as {@link #setOption} does
     */
    public final <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    public final void shutdownOutput() throws IOException {
        socket.shutdownOutput();
        finishShutdownOutput();
    }

    /** Waits, as far as it can, until the system has what the socket has taken, where a socket keeps something itself. */
    void finishWrite() throws IOException {}

    /** The same after the last that is written. */
    void finishShutdownOutput() throws IOException {}

    /**
     * Makes reads return the end of the stream, those that are waiting included; writing goes on. What had arrived before may
     * be lost, or be read first.
     *
     * @throws IOException if the stream is closed
     */
    public final void shutdownInput() throws IOException {
        endInput();
    }

    void endInput() throws IOException {
        socket.shutdownInput();
    }

    /**
     * Splits the stream into two halves that different tasks may own. The stream is closed when both halves are; do not
     * use it yourself any more.
     */
    public final StreamHalves split() {
        return new StreamHalves(this);
    }

    /**
     * Returns a view for libraries that read from an {@link InputStream}. Its reads suspend the task; its close closes this
     * stream; {@code available} is always 0.
     */
    public final InputStream asInputStream() {
        return new StreamInput(this);
    }

    /**
     * Returns a view for libraries that write to an {@link OutputStream}. It has no buffer; its writes suspend the task; its
     * close closes this stream.
     */
    public final OutputStream asOutputStream() {
        return new StreamOutput(this);
    }

    /**
     * Returns what a {@link dev.heddle.runtime.sync.Select} waits for to read from this stream: it is ready as soon as a read
     * would not wait, also at the end of the stream. Nothing is read for it. If the connection is closed or the runtime
     * shut down, the select throws that; if it is lost, the select or the read that follows.
     */
    public final Selectable<SocketStream> readable() {
        return new ReadableSocket<>(socket, this);
    }

    @Override
    public final boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public final void close() throws IOException {
        socket.close();
    }

    static <T> T present(@Nullable T address) throws ClosedChannelException {
        if (address == null) {
            throw new ClosedChannelException();
        }
        return address;
    }
}
