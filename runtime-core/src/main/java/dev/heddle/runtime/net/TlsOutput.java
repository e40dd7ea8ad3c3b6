package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What goes out under TLS: bytes become records, and records go to the socket in the order in which they were made.
 *
 * <p>What the socket does not take of the records at once is kept, and no more bytes are taken before it is gone. Whoever
 * made it waits for that; who does not, leaves it behind, and then a reader that waits sends it, and so does whoever writes
 * next.
 *
 * <p>The lock is held over encryption and calls of the socket that do not wait, never over a wait.
 */
final class TlsOutput {

    private static final ByteBuffer[] NOTHING = {};

    /** How many records of full length one call of the socket sends at most. */
    private static final int RECORDS_AT_ONCE = 4;

    /** How long a close waits for whoever writes at that moment, who does not wait either. */
    private static final long CLOSE_WAIT_MILLIS = 1_000;

    private final SSLEngine engine;
    private final IoSocket socket;
    private final @Nullable Traffic wire;
    private final ReentrantLock lock = new ReentrantLock();

    /** What is to be sent, from its position to its limit. Under the lock, as what follows. */
    private ByteBuffer records;

    /** How long a record may be. It grows when the peer sends such; the engine then wants as much room here. */
    private int packetBytes;

    /** Whether there are records, here or in the engine, that nobody waits for to leave. Changed under the lock. */
    private volatile boolean leftBehind;

    /** Why nothing more can be done in either direction. */
    private volatile @Nullable IOException failure;

    TlsOutput(SSLEngine engine, IoSocket socket, @Nullable Traffic wire) {
        this.engine = engine;
        this.socket = socket;
        this.wire = wire;
        this.records =
                ByteBuffer.allocate(engine.getSession().getPacketBufferSize()).limit(0);
    }

    /** Has every operation in either direction fail from now on, and wakes who waits to read. */
    void fail(IOException cause) {
        if (failure == null) {
            failure = cause;
        }
        leaveBehind();
    }

    private void throwIfOver() throws IOException {
        if (!socket.isOpen()) {
            throw new ClosedChannelException();
        }
        throwIfFailed();
    }

    void throwIfFailed() throws SSLException {
        IOException cause = failure;
        if (cause != null) {
            throw new SSLException("The connection has failed before: " + cause.getMessage(), cause);
        }
    }

    /**
     * Takes bytes, at most as many as make some records, and sends what the socket takes.
     *
     * @param sources not all empty
     * @return how many bytes were taken; 0 for not now. {@link #isSent()} tells whether they were sent as well
     */
    long write(ByteBuffer[] sources) throws IOException {
        lock.lock();
        try {
            throwIfOver();
            long taken;
            do {
                if (!send()) {
                    return 0;
                }
                taken = encrypt(sources);
            } while (taken == 0);
            send();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many bytes it has taken; 0 if the engine had something else to say first. */
    private long encrypt(ByteBuffer[] sources) throws IOException {
        long left = remaining(sources);
        reserve(left > packetBytes ? RECORDS_AT_ONCE * packetBytes : packetBytes);
        long taken = 0;
        try {
            do {
                SSLEngineResult result = wrap(sources);
                taken += result.bytesConsumed();
                switch (result.getStatus()) {
                    case CLOSED ->
                        throw new SSLException(
                                "Nothing can be written any more: the output was shut down, or the peer has"
                                        + " ended a connection that ends in both directions at once");
                    case BUFFER_OVERFLOW -> packetBytes = engine.getSession().getPacketBufferSize();
                    default -> {}
                }
                if (isHandshake(result.getHandshakeStatus()) && result.bytesProduced() == 0) {
                    throw TlsSocket.renegotiation();
                }
            } while (taken < left && records.remaining() >= packetBytes);
        } finally {
            records.flip();
        }
        return taken;
    }

    /** An engine that has failed would tell the reader no more than that it is closed. */
    private SSLEngineResult wrap(ByteBuffer[] sources) throws SSLException {
        try {
            return engine.wrap(sources, records);
        } catch (SSLException e) {
            fail(e);
            throw e;
        }
    }

    private static boolean isHandshake(HandshakeStatus status) {
        return status == HandshakeStatus.NEED_UNWRAP || status == HandshakeStatus.NEED_TASK;
    }

    private static long remaining(ByteBuffer[] buffers) {
        long total = 0;
        for (ByteBuffer buffer : buffers) {
            total += buffer.remaining();
        }
        return total;
    }

    /** Makes the buffer, all of which was sent, ready to take some bytes. */
    private void reserve(int bytes) {
        records = records.capacity() < bytes ? ByteBuffer.allocate(bytes) : records.clear();
    }

    /** Has the socket take what it can of the records, and returns whether that was all. */
    private boolean send() throws IOException {
        while (records.hasRemaining()) {
            if (socket.write(records) == 0) {
                return false;
            }
            if (wire != null) {
                wire.moved();
            }
        }
        return true;
    }

    /** Returns whether the socket has taken all that bytes were made into, having it take what it can. */
    boolean isSent() throws IOException {
        lock.lock();
        try {
            return send();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends what there is, and what the engine has to say besides.
     *
     * @return whether that was all; if not, the caller waits until there is room, or calls {@link #leaveBehind()}
     */
    boolean flush() throws IOException {
        lock.lock();
        try {
            return flushLocked();
        } finally {
            lock.unlock();
        }
    }

    private boolean flushLocked() throws IOException {
        while (send()) {
            if (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
                leftBehind = false;
                return true;
            }
            reserve(packetBytes);
            SSLEngineResult result;
            try {
                result = engine.wrap(NOTHING, records);
            } finally {
                records.flip();
            }
            if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
                leftBehind = false;
                return true;
            }
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                packetBytes = engine.getSession().getPacketBufferSize();
            }
        }
        return false;
    }

    /** Says that the caller does not wait for what is not sent. A reader does, if one waits. */
    void leaveBehind() {
        leftBehind = true;
        socket.wakeReaders();
    }

    boolean isLeftBehind() {
        return leftBehind;
    }

    /** Tells the peer that nothing more comes. To be followed by {@link #flush()} until all is sent. */
    void end() throws IOException {
        lock.lock();
        try {
            throwIfOver();
            engine.closeOutbound();
            flushLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Has the engine say why it has failed, if the socket takes that at once. */
    void alert() {
        // A failure found by a delegated task is thrown once more before the engine has something to say about it.
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                flush();
                return;
            } catch (IOException alreadyKnown) {
                fail(alreadyKnown);
            }
        }
    }

    /**
     * Tells the peer at the last moment that nothing more comes, if the socket takes that at once. Not after half a record,
     * and not after a failure: the peer is to see then that something is missing.
     */
    void closeNotify() throws IOException {
        if (!lockForClose()) {
            return;
        }
        try {
            if (failure == null && send()) {
                engine.closeOutbound();
                flushLocked();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Who closes may be interrupted, and so may be a runtime whose tasks hold the lock and never run again. */
    private boolean lockForClose() {
        if (lock.tryLock()) {
            return true;
        }
        boolean interrupted = Thread.interrupted();
        try {
            return lock.tryLock(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
