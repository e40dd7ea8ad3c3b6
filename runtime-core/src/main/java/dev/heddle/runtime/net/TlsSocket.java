package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * A socket whose bytes go over another one under TLS.
 *
 * <p>The engine admits one thread that encrypts and one that decrypts at the same time. Each direction has a lock for that
 * and its buffers. They meet in two places. What comes in may have the engine answer, as when the peer changes its keys:
 * the reader then takes the writer's lock too, in this order and never in the other. And what a reader or writer has made
 * and not sent may be left behind, when the writer is interrupted or the reader only answers: then a reader that waits, be it
 * by a select, waits for room too, and sends it.
 *
 * <p>Nobody waits with a lock of these, so a close finds them free.
 */
final class TlsSocket implements IoSocket {

    private final SSLEngine engine;
    private final IoSocket socket;
    private final TlsOutput output;
    private final TlsInput input;
    private final BooleanSupplier newsForReaders;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Makes one.
     *
     * @param wire is told when something goes over the other socket, not of how many bytes
     */
    TlsSocket(SSLEngine engine, IoSocket socket, @Nullable Traffic wire) {
        this.engine = engine;
        this.socket = socket;
        this.output = new TlsOutput(engine, socket, wire);
        this.input = new TlsInput(engine, socket, output, wire);
        this.newsForReaders = input::hasNews;
    }

    static boolean isVersion13(SSLEngine engine) {
        return engine.getSession().getProtocol().equals("TLSv1.3");
    }

    static SSLException renegotiation() {
        return new SSLException("The peer wants to negotiate again, which is not supported");
    }

    /**
     * Does what the engine would rather not do in a call that is to be quick: it signs and checks certificates. The
     * others on the worker get their turn in between.
     */
    static void runDelegatedTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
            Thread.yield();
        }
    }

    /**
     * Shakes hands with the peer, and suspends the caller meanwhile. If it fails, this is closed.
     *
     * @param timers what the deadline is in terms of
     * @param deadlineNanos when to give up
     */
    void handshake(Timers timers, long deadlineNanos) throws IOException {
        boolean done = false;
        try {
            shakeHands(timers, deadlineNanos);
            done = true;
        } finally {
            if (!done) {
                output.alert();
                socket.close();
            }
        }
    }

    private void shakeHands(Timers timers, long deadlineNanos) throws IOException {
        engine.beginHandshake();
        for (; ; ) {
            if (engine.isOutboundDone()) {
                throw new SSLHandshakeException("The handshake was ended before it was finished");
            }
            boolean inTime = true;
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runDelegatedTasks(engine);
                case NEED_WRAP -> inTime = output.flush() || socket.awaitWritable(deadlineNanos);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!output.isSent()) {
                        inTime = socket.awaitWritable(deadlineNanos);
                    } else {
                        inTime = input.handshake() || socket.awaitReadable(deadlineNanos);
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    if (output.isSent()) {
                        return;
                    }
                    inTime = socket.awaitWritable(deadlineNanos);
                }
            }
            // Not only after a wait: a peer may send records that lead nowhere, so fast that none is needed.
            if (!inTime || timers.nanoTime() - deadlineNanos >= 0) {
                throw new SocketTimeoutException("The TLS handshake was not finished in time");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("Interrupted during the TLS handshake");
            }
            CurrentTask.consumeBudget();
        }
    }

    /** Returns whether all that was written has gone to the system. If not, wait until there is room and ask again. */
    boolean isSent() throws IOException {
        return output.isSent();
    }

    /** The same, if nothing else will be written. */
    boolean flush() throws IOException {
        return output.flush();
    }

    /** Says that the caller does not wait until all is sent. */
    void leaveBehind() {
        output.leaveBehind();
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
        return (int) input.read(new ByteBuffer[] {buffer});
    }

    @Override
    public long read(ByteBuffer[] buffers) throws IOException {
        return input.read(buffers);
    }

    @Override
    public int peek(ByteBuffer buffer) throws IOException {
        return input.peek(buffer);
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
        return (int) output.write(new ByteBuffer[] {buffer});
    }

    @Override
    public long write(ByteBuffer[] buffers) throws IOException {
        return output.write(buffers);
    }

    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        return awaitReadable(deadlineNanos, false, newsForReaders);
    }

    @Override
    public boolean awaitReadable(long deadlineNanos, boolean orWritable, BooleanSupplier news) throws IOException {
        boolean sends = output.isLeftBehind() && !output.flush();
        return socket.awaitReadable(
                deadlineNanos, orWritable || sends, () -> news.getAsBoolean() || (!sends && output.isLeftBehind()));
    }

    @Override
    public void wakeReaders() {
        socket.wakeReaders();
    }

    @Override
    public boolean awaitWritable(long deadlineNanos) throws IOException {
        return socket.awaitWritable(deadlineNanos);
    }

    @Override
    public void awaitClose(long deadlineNanos) throws IOException {
        socket.awaitClose(deadlineNanos);
    }

    /** Who asks is about to wait, and is the one who sends what was left behind. */
    @Override
    public boolean isReadable() throws IOException {
        if (input.peek(ByteBuffer.allocate(1)) != 0) {
            return true;
        }
        if (output.isLeftBehind()) {
            output.flush();
        }
        return false;
    }

    @Override
    public Runnable whenReadable(Runnable listener) {
        return whenReadable(listener, false);
    }

    @Override
    public Runnable whenReadable(Runnable listener, boolean orWritable) {
        boolean sends = output.isLeftBehind();
        Runnable withdrawal = socket.whenReadable(listener, orWritable || sends);
        // What is left behind from now on is told to readers.
        if (input.hasNews() || (!sends && output.isLeftBehind())) {
            listener.run();
        }
        return withdrawal;
    }

    @Override
    public Runnable whenEnded(Runnable listener) {
        return socket.whenEnded(listener);
    }

    @Override
    public void requireUsable() throws IOException {
        socket.requireUsable();
    }

    /** Only a stream that was connected is put under TLS. */
    @Override
    public boolean finishConnect() {
        return true;
    }

    @Override
    public @Nullable IoSocket accept() {
        throw new UnsupportedOperationException("A connection accepts no connections");
    }

    @Override
    public void shutdownInput() throws IOException {
        input.shut();
        socket.shutdownInput();
    }

    /** To be followed by {@link #flush()} until all is sent. The socket's own output stays open: the engine may answer yet. */
    @Override
    public void shutdownOutput() throws IOException {
        output.end();
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
        return socket.localAddress();
    }

    @Override
    public @Nullable SocketAddress remoteAddress() throws IOException {
        return socket.remoteAddress();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            if (closed.compareAndSet(false, true) && socket.isOpen()) {
                output.closeNotify();
            }
        } catch (IOException gone) {
            // There is nobody to be told any more.
        } finally {
            socket.close();
        }
    }
}
