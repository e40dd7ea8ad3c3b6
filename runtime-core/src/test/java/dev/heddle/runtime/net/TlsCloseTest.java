package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a connection under TLS ends, and how it is told from one that was cut. */
@Timeout(60)
class TlsCloseTest {

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void nothingIsLeftOpen() {
        try (runtime) {
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    /** A pair whose connection can be cut or written to below TLS. */
    private record Bare(TlsPair tls, Sockets.Pair tcp) {}

    private Bare bare() {
        Sockets.Pair tcp = Sockets.connect(runtime);
        JoinHandle<TlsStream> server = runtime.spawn(() -> TlsPair.acceptor().accept(tcp.server()));
        TlsStream client = Sockets.in(runtime, () -> TlsPair.connector().connect(tcp.client(), TestKeys.NAME));
        return new Bare(new TlsPair(client, server.join()), tcp);
    }

    private String read(TlsStream stream) {
        return Sockets.in(runtime, () -> Sockets.readText(stream));
    }

    private void write(TlsStream stream, String text) {
        Sockets.in(runtime, () -> Sockets.writeText(stream, text));
    }

    private void shutdownOutput(TlsStream stream) {
        Sockets.in(runtime, () -> {
            stream.shutdownOutput();
            return null;
        });
    }

    private void assertFails(Callable<?> operation, Class<? extends Throwable> type) {
        assertFails(operation, type, "");
    }

    private void assertFails(Callable<?> operation, Class<? extends Throwable> type, String message) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> Sockets.in(runtime, operation))
                .withCauseInstanceOf(type)
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void thePeerOfAClosedStreamReadsAllAndThenTheEnd(String protocol) throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime, protocol)) {
            // The tickets that a client has not read may reset the connection when it is closed.
            write(pair.server(), "ready");
            assertThat(read(pair.client())).isEqualTo("ready");
            write(pair.client(), "last words");
            pair.client().close();
            pair.client().close();
            assertThat(read(pair.server())).isEqualTo("last words");
            assertThat(read(pair.server())).isNull();
            assertThat(read(pair.server())).isNull();
        }
    }

    @Test
    void aDirectionEndsWithoutTheOther() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime, TlsPair.TLS_1_3)) {
            write(pair.client(), "question");
            shutdownOutput(pair.client());
            assertThat(read(pair.server())).isEqualTo("question");
            assertThat(read(pair.server())).isNull();
            write(pair.server(), "answer");
            shutdownOutput(pair.server());
            assertThat(read(pair.client())).isEqualTo("answer");
            assertThat(read(pair.client())).isNull();
            assertFails(() -> Sockets.writeText(pair.client(), "more"), SSLException.class, "shut down");
        }
    }

    @Test
    void underTheOlderProtocolTheEndOfOneDirectionIsThatOfBoth() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime, TlsPair.TLS_1_2)) {
            write(pair.server(), "on its way");
            shutdownOutput(pair.client());
            assertThat(read(pair.server())).isNull();
            assertFails(() -> Sockets.writeText(pair.server(), "more"), SSLException.class, "shut down");
            assertThat(read(pair.client())).isEqualTo("on its way");
            assertThat(read(pair.client())).isNull();
        }
    }

    @Test
    void anEndThatThePeerHasNotAnnouncedIsAnError() throws Exception {
        Bare bare = bare();
        try (TlsPair pair = bare.tls()) {
            write(pair.server(), "half of it");
            Sockets.in(runtime, () -> {
                bare.tcp().server().shutdownOutput();
                return null;
            });
            assertThat(read(pair.client())).isEqualTo("half of it");
            assertFails(() -> Sockets.readText(pair.client()), TlsTruncatedException.class, "close_notify");
            assertFails(() -> Sockets.readText(pair.client()), TlsTruncatedException.class, "close_notify");
            assertFails(() -> pair.client().peek(ByteBuffer.allocate(1)), TlsTruncatedException.class, "close_notify");
            // The other direction is whole.
            write(pair.client(), "anybody there?");
            assertThat(read(pair.server())).isEqualTo("anybody there?");
        }
    }

    @Test
    void anEndInTheMiddleOfARecordIsAnError() throws Exception {
        Bare bare = bare();
        try (TlsPair pair = bare.tls()) {
            Sockets.in(runtime, () -> {
                bare.tcp().server().writeAll(ByteBuffer.wrap(new byte[] {23, 3, 3, 0, 100, 1, 2, 3}));
                bare.tcp().server().shutdownOutput();
                return null;
            });
            assertFails(() -> Sockets.readText(pair.client()), TlsTruncatedException.class, "close_notify");
        }
    }

    @Test
    void anEndThatThisSideMakesWhileAReaderReceivesIsNoError() throws Exception {
        SSLEngine engine = TestKeys.peer().createSSLEngine();
        engine.setUseClientMode(false);
        AtomicReference<TlsSocket> above = new AtomicReference<>();
        IoSocket socket = Fake.of(IoSocket.class, (method, arguments) -> switch (method) {
            case "isOpen" -> true;
            case "read" -> {
                above.get().shutdownInput();
                yield -1;
            }
            default -> null;
        });
        above.set(new TlsSocket(engine, socket, null));
        assertThat(above.get().read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void aRecordThatWasTamperedWithEndsBothDirectionsAndThePeerIsTold() throws Exception {
        Bare bare = bare();
        try (TlsPair pair = bare.tls()) {
            Sockets.in(runtime, () -> {
                ByteBuffer forged = ByteBuffer.allocate(105)
                        .put(new byte[] {23, 3, 3, 0, 100})
                        .clear();
                bare.tcp().server().writeAll(forged);
                return null;
            });
            assertFails(() -> Sockets.readText(pair.client()), SSLException.class);
            assertFails(() -> Sockets.readText(pair.client()), SSLException.class, "has failed before");
            assertFails(() -> Sockets.writeText(pair.client(), "x"), SSLException.class, "has failed before");
            assertFails(() -> Sockets.readText(pair.server()), SSLException.class, "bad_record_mac");
        }
    }

    @Test
    void aCloseByAnotherTaskWakesReaderAndWriter() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            TlsStream stream = pair.client();
            JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(stream));
            JoinHandle<Object> writer = runtime.spawn(() -> {
                stream.writeAll(ByteBuffer.allocate(64 << 20));
                return null;
            });
            Sockets.awaitWaiting(runtime, reader);
            Sockets.awaitWaiting(runtime, writer);
            stream.close();
            for (JoinHandle<?> waiter : List.of(reader, writer)) {
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(waiter::join)
                        .withCauseInstanceOf(ClosedChannelException.class);
            }
            // What was written last was not sent whole, and the peer is not made to believe so.
            assertFails(
                    () -> {
                        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                        while (pair.server().read(buffer) >= 0) {
                            buffer.clear();
                        }
                        return null;
                    },
                    IOException.class);
        }
    }

    @Test
    void aCloseByOneWhoIsInterruptedTellsThePeerToo() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            assertThat(Sockets.in(runtime, () -> {
                        Thread.currentThread().interrupt();
                        pair.server().close();
                        return Thread.interrupted();
                    }))
                    .isTrue();
            assertThat(read(pair.client())).isNull();
        }
    }

    @Test
    void afterACloseEverythingThrows() throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime)) {
            TlsStream stream = pair.client();
            write(pair.server(), "abc");
            // So that there is something left that was decrypted.
            assertThat(Sockets.in(runtime, () -> stream.read(ByteBuffer.allocate(1))))
                    .isEqualTo(1);
            stream.close();
            List<Callable<?>> operations = List.of(
                    () -> Sockets.readText(stream),
                    () -> stream.peek(ByteBuffer.allocate(1)),
                    () -> Sockets.writeText(stream, "x"),
                    stream::localAddress);
            assertThat(operations).allSatisfy(operation -> assertFails(operation, ClosedChannelException.class));
        }
    }

    /** Goes on in spite of every abort. */
    private static Object stubbornly(Callable<?> operation, CompletableFuture<Throwable> end) throws Exception {
        for (; ; ) {
            try {
                operation.call();
            } catch (InterruptedIOException abort) {
                Thread.interrupted();
            } catch (IOException e) {
                end.complete(e);
                return "over";
            }
            // A write that was interrupted may return all the same.
            Thread.interrupted();
        }
    }

    @Test
    void theShutdownOfTheRuntimeWakesWhoeverStillWaits() throws Exception {
        TlsPair pair = TlsPair.connect(runtime);
        Sockets.Pair silent = Sockets.connect(runtime);
        List<CompletableFuture<Throwable>> ends = new ArrayList<>();
        List<Callable<?>> operations = List.of(
                () -> Sockets.readText(pair.server()),
                () -> pair.client().write(ByteBuffer.allocate(1 << 20)),
                () -> TlsPair.acceptor().accept(silent.server()));
        for (Callable<?> operation : operations) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            ends.add(end);
            Sockets.awaitWaiting(runtime, runtime.spawn(() -> stubbornly(operation, end)));
        }
        runtime.shutdown(Duration.ZERO);
        // The handshake is given up when it is interrupted, and its connection with it.
        assertThat(ends.removeLast().get()).isInstanceOf(ClosedChannelException.class);
        for (CompletableFuture<Throwable> end : ends) {
            assertThat(end.get()).isInstanceOf(IOException.class).hasMessageContaining("shut down");
        }
        pair.close();
        silent.close();
    }
}
