package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A peer whose records lead nowhere, and come faster than they are taken in, is given up like one that sends none. */
@Timeout(60)
class TlsEndlessRecordsTest {

    private static final Duration LIMIT = Duration.ofMillis(50);

    /** A warning of an internal error, which the engine ignores. */
    private static final byte[] WARNING = {21, 3, 1, 0, 2, 1, 80};

    /** The other end, in memory: who reads always finds something, and the clock moves on by a millisecond each time. */
    private abstract static class Peer {

        private final AtomicLong now = new AtomicLong();
        private final CountDownLatch reads = new CountDownLatch(1_000);
        private volatile boolean open = true;

        private final IoSocket socket = Fake.of(IoSocket.class, (method, arguments) -> switch (method) {
            case "read" -> {
                now.addAndGet(1_000_000);
                reads.countDown();
                ByteBuffer target = (ByteBuffer) arguments[0];
                int start = target.position();
                send(target);
                yield target.position() - start;
            }
            case "write" -> {
                ByteBuffer source = (ByteBuffer) arguments[0];
                int count = source.remaining();
                receive(source);
                yield count;
            }
            case "awaitReadable", "awaitWritable" -> true;
            case "whenReadable" -> (Runnable) () -> {};
            case "isOpen" -> open;
            case "close" -> {
                open = false;
                yield null;
            }
            default -> null;
        });

        private final Timers timers = Fake.of(Timers.class, (method, arguments) -> now.get());

        /** Puts something into a buffer. */
        abstract void send(ByteBuffer target) throws IOException;

        /** Takes all of a buffer. */
        abstract void receive(ByteBuffer source);

        final TcpStream stream() throws IOException {
            return TcpStream.adopt(socket, timers);
        }
    }

    /** Never shakes hands. */
    private static final class Warning extends Peer {

        @Override
        void send(ByteBuffer target) {
            target.put(WARNING);
        }

        @Override
        void receive(ByteBuffer source) {
            source.position(source.limit());
        }
    }

    /** Shakes hands, and changes its keys from then on. It asks for those of the other end to be changed, and reads no answer. */
    private static final class KeyChanging extends Peer {

        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        private final SSLEngine engine = TestKeys.nobody().createSSLEngine();
        private final ByteBuffer incoming = ByteBuffer.allocate(1 << 16);
        private final ByteBuffer outgoing = ByteBuffer.allocate(1 << 16).limit(0);
        private boolean shaken;

        KeyChanging() throws SSLException {
            engine.setUseClientMode(true);
            engine.beginHandshake();
        }

        @Override
        void send(ByteBuffer target) throws SSLException {
            while (!outgoing.hasRemaining()) {
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> TlsSocket.runDelegatedTasks(engine);
                    case NEED_WRAP -> {
                        engine.wrap(NOTHING, outgoing.clear());
                        outgoing.flip();
                    }
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        SSLEngineResult result = engine.unwrap(incoming.flip(), NOTHING);
                        incoming.compact();
                        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
                            return;
                        }
                    }
                    case NOT_HANDSHAKING, FINISHED -> {
                        shaken = true;
                        engine.beginHandshake();
                    }
                }
            }
            int count = Math.min(outgoing.remaining(), target.remaining());
            target.put(target.position(), outgoing, outgoing.position(), count).position(target.position() + count);
            outgoing.position(outgoing.position() + count);
        }

        @Override
        void receive(ByteBuffer source) {
            if (shaken) {
                source.position(source.limit());
            } else {
                incoming.put(source);
            }
        }

        TlsStream shakeHands() throws IOException {
            return TlsPair.acceptor().handshakeTimeout(Duration.ofDays(1)).accept(stream());
        }
    }

    private static JoinHandle<Object> spawn(AsyncRuntime runtime, Callable<?> body) {
        return runtime.spawn(() -> (Object) body.call());
    }

    /** Has a task deal with a peer, and another one go on meanwhile; then aborts the first. */
    private static void assertOthersRun(Peer peer, Callable<?> body) throws Exception {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(1).build()) {
            JoinHandle<Object> busy = spawn(runtime, body);
            peer.reads.await();
            spawn(runtime, () -> "done").join();
            busy.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(busy::join);
        }
    }

    private static void assertInterrupted(Callable<?> body) {
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(InterruptedIOException.class)
                .isThrownBy(body::call)
                .isNotInstanceOf(SocketTimeoutException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void warningsDoNotProlongTheHandshake() throws Exception {
        TcpStream stream = new Warning().stream();
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> TlsPair.acceptor().handshakeTimeout(LIMIT).accept(stream));
        assertThat(stream.isOpen()).isFalse();
    }

    @Test
    void anInterruptEndsAHandshakeOfWarnings() throws Exception {
        TcpStream stream = new Warning().stream();
        assertInterrupted(() -> TlsPair.acceptor().accept(stream));
    }

    @Test
    void aHandshakeOfWarningsLetsOthersRun() throws Exception {
        Peer peer = new Warning();
        TlsAcceptor acceptor = TlsPair.acceptor().handshakeTimeout(Duration.ofDays(1));
        assertOthersRun(peer, () -> acceptor.accept(peer.stream()));
    }

    interface Read {
        Object read(TlsStream stream) throws Exception;
    }

    private static Stream<Read> reads() {
        return Stream.of(
                stream -> stream.read(ByteBuffer.allocate(8)),
                stream -> stream.read(new ByteBuffer[] {ByteBuffer.allocate(8)}),
                stream -> stream.peek(ByteBuffer.allocate(8)));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void changesOfKeysDoNotProlongARead(Read read) throws Exception {
        TlsStream stream = new KeyChanging().shakeHands();
        stream.setReadTimeout(LIMIT);
        assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> read.read(stream));
        assertThat(stream.isOpen()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("reads")
    void anInterruptEndsAReadThatMeetsChangesOfKeysOnly(Read read) throws Exception {
        TlsStream stream = new KeyChanging().shakeHands();
        assertInterrupted(() -> read.read(stream));
    }

    @ParameterizedTest
    @MethodSource("reads")
    void aReadThatMeetsChangesOfKeysOnlyLetsOthersRun(Read read) throws Exception {
        KeyChanging peer = new KeyChanging();
        assertOthersRun(peer, () -> read.read(peer.shakeHands()));
    }

    @Test
    void aSelectThatMeetsChangesOfKeysOnlyLetsOthersRun() throws Exception {
        KeyChanging peer = new KeyChanging();
        assertOthersRun(
                peer, Select.<SocketStream>of().onReady(peer.shakeHands().readable(), stream -> stream)::await);
    }
}
