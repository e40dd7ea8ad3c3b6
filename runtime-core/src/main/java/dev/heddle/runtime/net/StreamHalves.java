package dev.heddle.runtime.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The two halves of a {@link SocketStream}, for a task that reads and one that writes.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="halves"}
 */
public final class StreamHalves {

    private final SocketStream stream;
    private final AtomicInteger open = new AtomicInteger(2);
    private final ReadHalf reader = new ReadHalf();
    private final WriteHalf writer = new WriteHalf();

    StreamHalves(SocketStream stream) {
        this.stream = stream;
    }

    /** Returns the half that reads. */
    public ReadHalf reader() {
        return reader;
    }

    /** Returns the half that writes. */
    public WriteHalf writer() {
        return writer;
    }

    /** A half counts as open until its direction is shut down, which may wait: the other one must not close the stream then. */
    private void closeHalf(boolean output) throws IOException {
        try {
            if (open.get() > 1 && stream.isOpen()) {
                shutdown(output);
            }
        } catch (ClosedChannelException closedMeanwhile) {
            // So this half is closed.
        } finally {
            if (open.decrementAndGet() == 0) {
                stream.close();
            }
        }
    }

    private void shutdown(boolean output) throws IOException {
        if (output) {
            stream.shutdownOutput();
        } else {
            stream.shutdownInput();
        }
    }

    /** Reads from a stream. */
    public final class ReadHalf implements Closeable {

        private final AtomicBoolean closed = new AtomicBoolean();

        private ReadHalf() {}

        /**
         * As {@link SocketStream#read(ByteBuffer)}.
         *
         * @param buffer filled from its position to its limit at most
         */
        public int read(ByteBuffer buffer) throws IOException {
            return stream.read(buffer);
        }

        /** Ends reading, and closes the stream if the other half is closed. Closing twice has no effect. */
        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                closeHalf(false);
            }
        }
    }

    /** Writes to a stream. */
    public final class WriteHalf implements Closeable {

        private final AtomicBoolean closed = new AtomicBoolean();

        private WriteHalf() {}

        /**
         * As {@link SocketStream#write(ByteBuffer)}.
         *
         * @param buffer written from its position to its limit at most
         */
        public int write(ByteBuffer buffer) throws IOException {
            return stream.write(buffer);
        }

        /**
         * As {@link SocketStream#writeAll(ByteBuffer)}.
         *
         * @param buffer written from its position to its limit
         */
        public void writeAll(ByteBuffer buffer) throws IOException {
            stream.writeAll(buffer);
        }

        /**
         * Tells the peer that nothing more comes, and closes the stream if the other half is closed. Closing twice has no
         * effect.
         */
        @Override
        public void close() throws IOException {
            if (closed.compareAndSet(false, true)) {
                closeHalf(true);
            }
        }
    }
}
