package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * What comes in under TLS: the socket's bytes become records, and records become bytes again, in the reader's buffer where
 * that has room for a whole record. Otherwise they are kept, and read from here before anything else.
 *
 * <p>The lock is held over decryption and calls of the socket that do not wait, never over a wait. Nothing is taken from
 * here before it is in the reader's buffer, so whoever is interrupted while it waits has lost nothing.
 */
final class TlsInput {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);
    private static final ByteBuffer[] NOWHERE = {EMPTY};

    /** A record of full length and as much again, so that the beginning of the next need not be moved each time. */
    private static final int PACKETS = 2;

    /**
     * How many records, or parts of one, a read takes in at most without coming upon something to read. A peer may send them
     * without end, and the reader has a limit of time, may be interrupted, and must let others run.
     */
    private static final int TURNS_AT_ONCE = 16;

    private static final int HANDSHAKE_RECORD = 22;
    private static final int ALERT_RECORD = 21;
    private static final int SHOWN_BYTES = 16;

    /** How often the engine may have to answer without being able to, before the peer is taken for hostile. */
    private static final int MAX_UNSENT_ANSWERS = 64;

    private enum End {
        NOT_YET,
        /** The peer, or this side, has said so. */
        AS_SAID,
        /** Nobody has said so. */
        TRUNCATED
    }

    private final SSLEngine engine;
    private final IoSocket socket;
    private final TlsOutput output;
    private final @Nullable Traffic wire;
    private final ReentrantLock lock = new ReentrantLock();

    /** What was received, from its position to its limit. Under the lock, as all that follows. */
    private ByteBuffer records;

    /** How long a record may be, as far as is known. */
    private int packetBytes;

    /** What was decrypted and not read, from its position to its limit. */
    private ByteBuffer plain = EMPTY;

    private End end = End.NOT_YET;
    private boolean begun;

    /** Whether the last who read found no whole record, here or in the socket. */
    private boolean isUsedUp;

    private int unsentAnswers;

    /** Whether there may be something to read, or to throw, that the socket will not tell of. For those who wait. */
    private volatile boolean hasNews;

    private volatile boolean isShut;

    TlsInput(SSLEngine engine, IoSocket socket, TlsOutput output, @Nullable Traffic wire) {
        this.engine = engine;
        this.socket = socket;
        this.output = output;
        this.wire = wire;
        this.packetBytes = engine.getSession().getPacketBufferSize();
        this.records = ByteBuffer.allocate(PACKETS * packetBytes).limit(0);
    }

    /** Returns whether somebody who has found nothing to read should look again, whatever the socket says. */
    boolean hasNews() {
        return hasNews || isShut;
    }

    /** Has every read return the end of the stream. To be called before the socket's input is shut. */
    void shut() {
        isShut = true;
    }

    /**
     * Reads what has arrived.
     *
     * @param targets some with room
     * @return how many bytes; 0 for not now; -1 at the end of the stream
     */
    long read(ByteBuffer[] targets) throws IOException {
        lock.lock();
        try {
            return readLocked(targets);
        } finally {
            tellOthers();
            lock.unlock();
        }
    }

    /** Reads what has arrived, and leaves it for the next read. */
    int peek(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            long taken = readLocked(NOWHERE);
            if (taken < 0 || !plain.hasRemaining()) {
                return (int) taken;
            }
            int count = Math.min(plain.remaining(), target.remaining());
            target.put(target.position(), plain, plain.position(), count).position(target.position() + count);
            return count;
        } finally {
            tellOthers();
            lock.unlock();
        }
    }

    /**
     * Others may wait to read too. What one reader leaves, and how it has ended, is here, and the socket knows nothing of
     * it. What is here may be less than a record; whoever finds that, says that there is nothing.
     */
    private void tellOthers() {
        hasNews = plain.hasRemaining() || !isUsedUp;
        if (hasNews) {
            socket.wakeReaders();
        }
    }

    private long readLocked(ByteBuffer[] targets) throws IOException {
        if (!socket.isOpen()) {
            throw new ClosedChannelException();
        }
        if (isShut) {
            return -1;
        }
        if (plain.hasRemaining()) {
            return take(targets);
        }
        if (end == End.NOT_YET) {
            output.throwIfFailed();
            try {
                long count = decrypt(targets);
                if (count >= 0) {
                    return count;
                }
            } catch (SSLException e) {
                output.fail(e);
                output.alert();
                throw e;
            }
        }
        if (end == End.TRUNCATED) {
            throw new TlsTruncatedException();
        }
        return -1;
    }

    private long decrypt(ByteBuffer[] targets) throws IOException {
        isUsedUp = false;
        for (int turn = 0; turn < TURNS_AT_ONCE; turn++) {
            SSLEngineResult result = engine.unwrap(records, targets);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                result = unwrapHere();
            }
            switch (result.getStatus()) {
                case OK -> {
                    if (result.bytesProduced() > 0) {
                        if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                            // The peer's keys have served for as much as they may. The engine asks for others after
                            // each record until it gets them, and what does not leave here piles up if nobody writes.
                            sendOrLeave();
                        }
                        return plain.hasRemaining() ? take(targets) : result.bytesProduced();
                    }
                    afterRecord(result);
                }
                case CLOSED -> {
                    // Not by the peer, if the engine was closed by a failure to write.
                    output.throwIfFailed();
                    end = End.AS_SAID;
                    answer();
                    return -1;
                }
                case BUFFER_UNDERFLOW -> {
                    int count = receive();
                    if (count == 0) {
                        isUsedUp = true;
                        return 0;
                    }
                    if (count < 0) {
                        // Not by the peer, if this side has shut the input meanwhile, which says so before it does.
                        end = isShut ? End.AS_SAID : End.TRUNCATED;
                        return -1;
                    }
                }
                case BUFFER_OVERFLOW -> throw new SSLException("A record holds more than its session allows");
            }
        }
        // There may be more of the kind, so whoever wants to wait finds that it is not used up.
        return 0;
    }

    private SSLEngineResult unwrapHere() throws IOException {
        SSLEngineResult result = unwrapTo(plain.clear());
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
            result = unwrapTo(plain);
        }
        return result;
    }

    private SSLEngineResult unwrapTo(ByteBuffer target) throws IOException {
        try {
            return engine.unwrap(records, target);
        } finally {
            target.flip();
        }
    }

    /**
     * Goes on with the first handshake by a record.
     *
     * @return whether there was one; {@code false} for not now
     */
    boolean handshake() throws IOException {
        lock.lock();
        try {
            for (; ; ) {
                switch (engine.unwrap(records, NOWHERE).getStatus()) {
                    case OK -> {
                        return true;
                    }
                    case BUFFER_UNDERFLOW -> {
                        int count = receive();
                        if (count == 0) {
                            return false;
                        }
                        if (count < 0) {
                            throw new SSLHandshakeException("The peer ended the connection during the handshake");
                        }
                        throwUnlessTls();
                    }
                    case CLOSED, BUFFER_OVERFLOW ->
                        throw new SSLHandshakeException("The peer ended the handshake before it was finished");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The engine would say no more than that it does not recognize a message. */
    private void throwUnlessTls() throws SSLException {
        if (!begun) {
            begun = true;
            int first = records.get(records.position());
            if (first != HANDSHAKE_RECORD && first != ALERT_RECORD) {
                byte[] shown = new byte[Math.min(SHOWN_BYTES, records.remaining())];
                records.get(records.position(), shown);
                String text = new String(shown, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", ".");
                throw new SSLException("The peer does not speak TLS; it began with '" + text + "'");
            }
        }
    }

    /** Has the engine answer what was neither data nor the end, if it wants to. */
    private void afterRecord(SSLEngineResult result) throws IOException {
        HandshakeStatus status = result.getHandshakeStatus();
        if (status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
            return;
        }
        if (!TlsSocket.isVersion13(engine)) {
            throw TlsSocket.renegotiation();
        }
        TlsSocket.runDelegatedTasks(engine);
        answer();
    }

    /** Sends an answer that the peer wants. */
    private void answer() throws SSLException {
        if (sendOrLeave()) {
            unsentAnswers = 0;
        } else if (++unsentAnswers > MAX_UNSENT_ANSWERS) {
            throw new SSLException("The peer wants answers and does not read them");
        }
    }

    /**
     * Sends what the engine has to say if the socket takes it, and otherwise leaves it: the peer may have to get rid of what it
     * writes before it reads.
     *
     * @return whether nothing is left
     */
    private boolean sendOrLeave() throws SSLException {
        try {
            if (output.flush()) {
                return true;
            }
        } catch (SSLException e) {
            throw e;
        } catch (IOException e) {
            // The peer takes nothing any more, as whoever writes will find out. There may still be something to read.
            return true;
        }
        output.leaveBehind();
        return false;
    }

    private long take(ByteBuffer[] targets) {
        long total = 0;
        for (ByteBuffer target : targets) {
            int count = Math.min(plain.remaining(), target.remaining());
            target.put(target.position(), plain, plain.position(), count).position(target.position() + count);
            plain.position(plain.position() + count);
            total += count;
        }
        return total;
    }

    /** Receives more. Returns as {@link IoSocket#read(ByteBuffer)} does. */
    private int receive() throws IOException {
        if (!records.hasRemaining()
                || records.limit() == records.capacity()
                || records.capacity() - records.position() < packetBytes) {
            records.compact().flip();
        }
        if (records.limit() == records.capacity()) {
            // The peer makes records that are longer than they should be, as some do.
            packetBytes = Math.max(packetBytes, engine.getSession().getPacketBufferSize());
            records = ByteBuffer.allocate(PACKETS * packetBytes).put(records).flip();
        }
        int start = records.position();
        records.position(records.limit()).limit(records.capacity());
        try {
            int count = socket.read(records);
            if (count > 0 && wire != null) {
                wire.moved();
            }
            return count;
        } finally {
            records.limit(records.position()).position(start);
        }
    }
}
