package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two ends agree on before they talk, and when they do not. */
@Timeout(60)
class TlsHandshakeTest {

    private final AsyncRuntime runtime = Sockets.twoWorkers();

    @AfterEach
    void nothingIsLeftOpen() {
        try (runtime) {
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private static void assertFails(JoinHandle<?> handle, Class<? extends Throwable> type, String message) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .withCauseInstanceOf(type)
                .withMessageContaining(message);
    }

    /** Has both ends of a connection shake hands and end. */
    private List<JoinHandle<Object>> ends(Callable<TlsStream> client, Callable<TlsStream> server) {
        return List.of(
                runtime.spawn(() -> readAndClose(client.call())), runtime.spawn(() -> readAndClose(server.call())));
    }

    /** Under TLS 1.3 a client learns at its first read only that it was refused. */
    private static Object readAndClose(TlsStream stream) throws IOException {
        try (stream) {
            stream.shutdownOutput();
            assertThat(stream.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        return "agreed";
    }

    @Test
    void aConnectionThatIsLostBeforeTheHandshakeBeginsIsClosed() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        pair.server().setLinger(0);
        pair.server().close();
        assertFails(
                runtime.spawn(() -> TlsPair.connector().connect(pair.client(), TestKeys.NAME)), IOException.class, "");
        assertThat(pair.client().isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void bothEndsKnowWhatTheyAgreedOn(String protocol) throws Exception {
        try (TlsPair pair = TlsPair.connect(runtime, protocol)) {
            assertThat(pair.client().session().getProtocol()).isEqualTo(protocol);
            assertThat(pair.server().session().getProtocol()).isEqualTo(protocol);
            assertThat(pair.server().session().getCipherSuite())
                    .isEqualTo(pair.client().session().getCipherSuite())
                    .contains("_GCM_");
            assertThat(pair.client().session().getPeerCertificates()).containsExactly(TestKeys.certificate());
            assertThatExceptionOfType(SSLPeerUnverifiedException.class)
                    .isThrownBy(() -> pair.server().session().getPeerCertificates());
            assertThat(pair.client().remoteAddress()).isEqualTo(pair.server().localAddress());
            Sockets.in(runtime, () -> Sockets.writeText(pair.client(), "question"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.server())))
                    .isEqualTo("question");
            Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "answer"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.client())))
                    .isEqualTo("answer");
        }
    }

    @Test
    void aHostIsLookedUpConnectedToAndToldWhoWasAskedFor() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<List<?>> server = runtime.spawn(() -> {
                try (TlsStream stream = TlsPair.acceptor().accept(listener.accept())) {
                    return ((ExtendedSSLSession) stream.session()).getRequestedServerNames();
                }
            });
            int port = listener.localAddress().getPort();
            Sockets.in(runtime, () -> {
                TlsPair.connector()
                        .connect("localhost", port, Duration.ofSeconds(30))
                        .close();
                return null;
            });
            assertThat(server.join()).isEqualTo(List.of(new SNIHostName("localhost")));
        }
    }

    /** Connects to a host, and returns what the server was told of its name. */
    private List<?> namesSentFor(String host) {
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<List<?>> server = runtime.spawn(() -> {
            try (TlsStream stream = TlsPair.acceptor().accept(pair.server())) {
                return ((ExtendedSSLSession) stream.session()).getRequestedServerNames();
            }
        });
        Sockets.in(runtime, () -> {
            TlsPair.connector().connect(pair.client(), host).close();
            return null;
        });
        return server.join();
    }

    @Test
    void anAddressIsCheckedAgainstTheCertificateAndNotSentAsAName() {
        assertThat(namesSentFor("127.0.0.1")).isEmpty();
    }

    @Test
    void theDotThatEndsAWholeNameIsNotPartOfIt() {
        assertThat(namesSentFor(TestKeys.NAME + ".")).isEqualTo(List.of(new SNIHostName(TestKeys.NAME)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.test", "127.0.0.2", "under_lined.test"})
    void aCertificateOfAnotherHostIsRefused(String host) {
        Sockets.Pair pair = Sockets.connect(runtime);
        List<JoinHandle<Object>> ends = ends(
                () -> TlsPair.connector().connect(pair.client(), host),
                () -> TlsPair.acceptor().accept(pair.server()));
        assertFails(ends.get(0), SSLHandshakeException.class, host);
        assertFails(ends.get(1), IOException.class, "");
    }

    @Test
    void whoDoesNotWantToKnowTheHostCanSaySo() {
        Sockets.Pair pair = Sockets.connect(runtime);
        List<JoinHandle<Object>> ends = ends(
                () -> TlsPair.connector()
                        .parameters(parameters -> parameters.setEndpointIdentificationAlgorithm(null))
                        .connect(pair.client(), "other.test"),
                () -> TlsPair.acceptor().accept(pair.server()));
        assertThat(ends).allSatisfy(end -> assertThat(end.join()).isEqualTo("agreed"));
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        TlsConnector connector = TlsConnector.of(SSLContext.getDefault());
        List<JoinHandle<Object>> ends = ends(
                () -> connector.connect(pair.client(), TestKeys.NAME),
                () -> TlsPair.acceptor().accept(pair.server()));
        assertFails(ends.get(0), SSLHandshakeException.class, "certification path");
        assertFails(ends.get(1), IOException.class, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void aClientShowsItsCertificateIfItIsAsked(String protocol) throws Exception {
        TlsConnector connector = TlsConnector.of(TestKeys.peer()).parameters(p -> TlsPair.only(p, protocol));
        TlsAcceptor acceptor = TlsPair.acceptor().parameters(p -> p.setNeedClientAuth(true));
        try (TlsPair pair = TlsPair.connect(runtime, connector, acceptor)) {
            Principal client = pair.server().session().getPeerPrincipal();
            assertThat(client.getName()).isEqualTo("CN=" + TestKeys.NAME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {TlsPair.TLS_1_2, TlsPair.TLS_1_3})
    void aClientWithoutCertificateIsRefusedWhereOneIsNeeded(String protocol) {
        Sockets.Pair pair = Sockets.connect(runtime);
        List<JoinHandle<Object>> ends = ends(
                () -> TlsPair.connector()
                        .parameters(p -> TlsPair.only(p, protocol))
                        .connect(pair.client(), TestKeys.NAME),
                () -> TlsPair.acceptor()
                        .parameters(p -> p.setNeedClientAuth(true))
                        .accept(pair.server()));
        assertFails(ends.get(0), IOException.class, "");
        assertFails(ends.get(1), SSLHandshakeException.class, "");
    }

    @Test
    void theFirstProtocolOfTheServerThatTheClientOffersIsSpoken() throws Exception {
        TlsConnector connector = TlsPair.connector().applicationProtocols("http/1.1", "h2");
        TlsAcceptor acceptor = TlsPair.acceptor().applicationProtocols("h3", "h2", "http/1.1");
        try (TlsPair pair = TlsPair.connect(runtime, connector, acceptor)) {
            assertThat(pair.client().applicationProtocol()).contains("h2");
            assertThat(pair.server().applicationProtocol()).contains("h2");
        }
    }

    @Test
    void aServerMayChooseTheProtocolByItself() throws Exception {
        TlsConnector connector = TlsPair.connector().applicationProtocols("a", "b", "c");
        TlsAcceptor acceptor = TlsPair.acceptor()
                .applicationProtocolSelector((engine, offered) ->
                        engine.getHandshakeSession().getProtocol().equals(TlsPair.TLS_1_3)
                                ? offered.getLast()
                                : offered.getFirst());
        try (TlsPair pair = TlsPair.connect(runtime, connector, acceptor)) {
            assertThat(pair.client().applicationProtocol()).contains("c");
            assertThat(pair.server().applicationProtocol()).contains("c");
        }
    }

    @Test
    void ifOneEndHasNoProtocolsNoneIsAgreedOn() throws Exception {
        TlsConnector offering = TlsPair.connector().applicationProtocols("h2");
        try (TlsPair pair = TlsPair.connect(runtime, offering, TlsPair.acceptor())) {
            assertThat(pair.client().applicationProtocol()).isEmpty();
        }
        TlsAcceptor choosing = TlsPair.acceptor().applicationProtocols("h2");
        try (TlsPair pair = TlsPair.connect(runtime, TlsPair.connector(), choosing)) {
            assertThat(pair.server().applicationProtocol()).isEmpty();
        }
    }

    @Test
    void aClientThatSpeaksOtherProtocolsOnlyIsRefused() {
        Sockets.Pair pair = Sockets.connect(runtime);
        List<JoinHandle<Object>> ends = ends(
                () -> TlsPair.connector().applicationProtocols("x").connect(pair.client(), TestKeys.NAME),
                () -> TlsPair.acceptor().applicationProtocols("h2").accept(pair.server()));
        assertFails(ends.get(0), SSLHandshakeException.class, "no_application_protocol");
        assertFails(ends.get(1), SSLHandshakeException.class, "application layer protocol");
    }

    @Test
    void aPeerThatDoesNotSpeakTlsIsSaidNotTo() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<TlsStream> server = runtime.spawn(() -> TlsPair.acceptor().accept(pair.server()));
        Sockets.in(runtime, () -> Sockets.writeText(pair.client(), "GET /\n HTTP/1.1\r\n\r\n"));
        assertFails(server, SSLException.class, "does not speak TLS; it began with 'GET /. HTTP/1.1.'");
        pair.close();
        Sockets.Pair other = Sockets.connect(runtime);
        JoinHandle<TlsStream> client = runtime.spawn(() -> TlsPair.connector().connect(other.client(), TestKeys.NAME));
        Sockets.in(runtime, () -> Sockets.writeText(other.server(), "220 mail ready\r\n"));
        assertFails(client, SSLException.class, "does not speak TLS; it began with '220 mail ready..'");
        other.close();
    }

    @Test
    void aPeerThatEndsTheConnectionInTheHandshakeIsSaidTo() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<TlsStream> server = runtime.spawn(() -> TlsPair.acceptor().accept(pair.server()));
        pair.client().close();
        assertFails(server, SSLHandshakeException.class, "ended the connection during the handshake");
    }

    @Test
    void aHandshakeThatIsNeverAnsweredMeetsItsLimit() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        Duration limit = Duration.ofMillis(5);
        JoinHandle<TlsStream> client =
                runtime.spawn(() -> TlsPair.connector().handshakeTimeout(limit).connect(pair.client(), TestKeys.NAME));
        assertFails(client, SocketTimeoutException.class, "not finished in time");
        pair.close();
        Sockets.Pair other = Sockets.connect(runtime);
        JoinHandle<TlsStream> server =
                runtime.spawn(() -> TlsPair.acceptor().handshakeTimeout(limit).accept(other.server()));
        assertFails(server, SocketTimeoutException.class, "not finished in time");
        other.close();
    }

    @Test
    void theLimitOfAConnectGoesForTheHandshakeToo() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            int port = listener.localAddress().getPort();
            JoinHandle<TlsStream> client =
                    runtime.spawn(() -> TlsPair.connector().connect("localhost", port, Duration.ofMillis(200)));
            assertFails(client, SocketTimeoutException.class, "in time");
        }
    }

    @Test
    void anAbortedHandshakeClosesTheConnection() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<TlsStream> server = runtime.spawn(() -> {
            try {
                return TlsPair.acceptor().accept(pair.server());
            } catch (InterruptedIOException e) {
                end.complete(e);
                throw e;
            }
        });
        Sockets.awaitWaiting(runtime, server);
        server.abort();
        assertThat(end.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(pair.server().isOpen()).isFalse();
        pair.close();
    }

    @Test
    void aFailureBeforeTheHandshakeClosesTheConnectionToo() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<TlsStream> client = runtime.spawn(() -> TlsPair.connector()
                .parameters(p -> {
                    throw new IllegalStateException("changed my mind");
                })
                .connect(pair.client(), TestKeys.NAME));
        assertFails(client, IllegalStateException.class, "changed my mind");
        assertThat(pair.client().isOpen()).isFalse();
        pair.close();
    }

    @Test
    void aLimitThatIsNotPositiveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TlsPair.connector().handshakeTimeout(Duration.ZERO))
                .withMessageContaining("PT0S");
    }
}
