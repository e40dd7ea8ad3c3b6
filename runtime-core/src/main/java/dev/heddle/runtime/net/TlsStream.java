package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/**
 * A TCP connection under TLS, as {@link TlsConnector} and {@link TlsAcceptor} make it. It reads and writes as a
 * {@link TcpStream} does, and its operations suspend the calling task while they wait, with these differences:
 *
 * <ul>
 *   <li>A read that meets the end of the connection without the peer's <i>close_notify</i> throws
 *       {@link TlsTruncatedException}.
 *   <li>{@link #shutdownOutput()} sends a close_notify, and waits until it is sent. If that is interrupted, or its time is
 *       over, it throws, and the close_notify goes out while a task waits to read. Under TLS 1.3 reading goes on, and the
 *       peer may go on writing. Under TLS 1.2 a peer answers by ending its direction too, as this one does: what is written
 *       after that fails.
 *   <li>{@link #close()} sends a close_notify if the system takes it at once, and never waits for the peer. A server of TLS
 *       1.3 sends tickets unasked; a system that closes a socket on which they were not read may reset the connection and
 *       drop what it has not sent. So a client that must know its last words to arrive shuts its output down and reads until
 *       the end first.
 *   <li>A write that returns has been taken as a whole record. If it is interrupted, or its time is over, when a part of that
 *       record has been sent, it returns all the same and leaves the interrupt pending; the rest goes out with the next
 *       write, or while a task waits to read, be it by a select. A write that throws an {@link InterruptedIOException} or a
 *       {@link SocketTimeoutException} has taken nothing. Nothing is ever lost or sent twice, but what is left when the
 *       stream is closed is not sent, and the peer then sees a truncated connection.
 *   <li>An {@link javax.net.ssl.SSLException}, but for a truncated connection, ends both directions.
 *   <li>Peers may change keys and send tickets at any time. To negotiate again, as TLS 1.2 allows, is refused with an
 *       {@code SSLException}.
 *   <li>It has some 50 KiB of buffers, 100 after a write of more than a record, and 16 more if it is read with buffers that
 *       are smaller than the records that arrive.
 * </ul>
 *
 * {@snippet class="dev.heddle.runtime.examples.TlsExamples" region="stream"}
 */
public final class TlsStream extends SocketStream {

    private final SSLEngine engine;
    private final TlsSocket tls;

    private TlsStream(SSLEngine engine, TlsSocket tls, Timers timers) {
        super(tls, timers);
        this.engine = engine;
        this.tls = tls;
    }

    /**
     * Puts a connection under TLS. If that fails, the connection is closed.
     *
     * @param engine in the mode of this end
     * @param stream not to be used otherwise any more
     * @param deadlineNanos when to give up
     */
    static TlsStream handshake(SSLEngine engine, TcpStream stream, long deadlineNanos) throws IOException {
        TlsSocket tls = new TlsSocket(engine, stream.socket, stream.observer());
        // Before the handshake: who ends the input later finds it, and who does so now ends the handshake.
        stream.putUnder(tls);
        tls.handshake(stream.timers(), deadlineNanos);
        TlsStream made = new TlsStream(engine, tls, stream.timers());
        made.observe(stream.observer());
        return made;
    }

    /** Returns the session: the peer's certificates, the protocol, the cipher suite, what the peer asked for by name. */
    public SSLSession session() {
        return engine.getSession();
    }

    /** Returns the application protocol that both ends agreed on (ALPN), or empty if they did on none. */
    public Optional<String> applicationProtocol() {
        return Optional.ofNullable(engine.getApplicationProtocol()).filter(protocol -> !protocol.isEmpty());
    }

    /**
     * Returns the address of the peer.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress remoteAddress() throws IOException {
        return (InetSocketAddress) present(socket.remoteAddress());
    }

    /**
     * Returns the address of this end.
     *
     * @throws IOException if the stream is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) present(socket.localAddress());
    }

    @Override
    void finishWrite() throws IOException {
        if (tls.isSent()) {
            return;
        }
        long deadline = writeDeadline();
        boolean left = true;
        try {
            do {
                if (!socket.awaitWritable(deadline)) {
                    return;
                }
            } while (!tls.isSent());
            left = false;
        } catch (InterruptedIOException taken) {
            // The bytes are taken, so to throw would say the wrong thing. The thread is still interrupted.
        } finally {
            if (left) {
                tls.leaveBehind();
            }
        }
    }

    @Override
    void finishShutdownOutput() throws IOException {
        long deadline = writeDeadline();
        boolean left = true;
        try {
            while (!tls.flush()) {
                awaitWritable(deadline);
            }
            left = false;
        } finally {
            if (left) {
                tls.leaveBehind();
            }
        }
    }
}
