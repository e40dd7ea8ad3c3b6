package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A server whose handler puts its connections under TLS keeps what it promises. */
class TlsServerTest extends TcpServerFixture {

    private static void echo(TlsStream tls) throws IOException {
        for (String text = Sockets.readText(tls); text != null; text = Sockets.readText(tls)) {
            Sockets.writeText(tls, text);
        }
    }

    private TlsStream connect(TcpServer server) {
        return Sockets.in(
                runtime, () -> TlsPair.connector().connect(TcpStream.connect(server.localAddress()), TestKeys.NAME));
    }

    private String ask(TlsStream client, String text) {
        return Sockets.in(runtime, () -> {
            Sockets.writeText(client, text);
            return Sockets.readText(client);
        });
    }

    @Test
    void bytesAreCountedAsTheHandlerReadsAndWritesThem() throws Exception {
        TcpServer server = start(builder(stream -> {
            try (TlsStream tls = TlsPair.acceptor().accept(stream)) {
                echo(tls);
            }
        }));
        try (TlsStream client = connect(server)) {
            assertThat(ask(client, "question")).isEqualTo("question");
            // The last answer may be here before it is counted there.
            soon().until(() -> server.metrics().bytesWritten() == 8);
            assertThat(server.metrics().bytesRead()).isEqualTo(8);
        }
        awaitOpen(server, 0);
    }

    @Test
    void aHandlerThatWaitsForMoreSeesTheEndOfTheStreamWhenTheServerStopsAndCanStillWrite() throws Exception {
        CompletableFuture<String> end = new CompletableFuture<>();
        TcpServer server = start(builder(stream -> {
            try (TlsStream tls = TlsPair.acceptor().accept(stream)) {
                echo(tls);
                Sockets.writeText(tls, "farewell");
                end.complete("as if the client had said so");
            } catch (IOException e) {
                end.completeExceptionally(e);
                throw e;
            }
        }));
        try (TlsStream client = connect(server)) {
            assertThat(ask(client, "question")).isEqualTo("question");
            DrainReport report = server.stop(LONG);
            assertThat(end.get()).isEqualTo("as if the client had said so");
            assertThat(report.aborted()).isZero();
            assertThat(Sockets.in(runtime, () -> Sockets.readText(client))).isEqualTo("farewell");
            assertThat(Sockets.in(runtime, () -> Sockets.readText(client))).isNull();
        }
    }

    @Test
    void whatGoesOverTheWireIsNoticedFromTheHandshakeOnThoughNothingIsReadOfIt() throws Exception {
        AtomicInteger moved = new AtomicInteger();
        AtomicLong read = new AtomicLong();
        AtomicLong written = new AtomicLong();
        Sockets.Pair pair = Sockets.connect(runtime);
        pair.server().observe(new Traffic() {
            @Override
            public void moved() {
                moved.incrementAndGet();
            }

            @Override
            public void read(long bytes) {
                read.addAndGet(bytes);
            }

            @Override
            public void written(long bytes) {
                written.addAndGet(bytes);
            }
        });
        JoinHandle<TlsStream> accepting = runtime.spawn(() -> TlsPair.acceptor().accept(pair.server()));
        try (TlsStream client = Sockets.in(runtime, () -> TlsPair.connector().connect(pair.client(), TestKeys.NAME));
                TlsStream server = accepting.join()) {
            assertThat(moved.getAndSet(0)).isGreaterThan(1);
            assertThat(read.get() + written.get()).isZero();
            Sockets.in(runtime, () -> Sockets.writeText(client, "abc"));
            assertThat(Sockets.in(runtime, () -> Sockets.readText(server))).isEqualTo("abc");
            assertThat(moved.get()).isPositive();
            assertThat(read.get()).isEqualTo(3);
            assertThat(written.get()).isZero();
        }
    }
}
