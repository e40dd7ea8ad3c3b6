package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** When connections are closed for being idle, by the virtual clock. */
@Timeout(60)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class TcpServerIdleTest {

    private static final Duration TIMEOUT = Duration.ofMinutes(8);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final AsyncRuntime runtime =
            AsyncRuntime.newCurrentThread().startPaused().build();

    private interface Body {
        void run(TcpServer server, TcpStream client) throws Exception;
    }

    private void withServer(Body body) throws Exception {
        withServer(TcpServerIdleTest::echo, (server, client) -> {
            ask(client);
            body.run(server, client);
        });
    }

    private void withServer(ConnectionHandler handler, Body body) throws Exception {
        try (runtime) {
            runtime.<Void, Exception>blockOn(() -> {
                TcpServer server = TcpServer.builder(runtime, handler)
                        .address(Sockets.anyPort())
                        .idleTimeout(TIMEOUT)
                        .build();
                server.start();
                try (server;
                        TcpStream client = TcpStream.connect(server.localAddress())) {
                    body.run(server, client);
                }
                return null;
            });
        }
    }

    private static void echo(SocketStream stream) throws IOException {
        for (String text = Sockets.readText(stream); text != null; text = Sockets.readText(stream)) {
            Sockets.writeText(stream, text);
        }
    }

    private static void ask(SocketStream client) throws IOException {
        Sockets.writeText(client, "x");
        assertThat(Sockets.readText(client)).isEqualTo("x");
    }

    @Test
    void aConnectionIsNotClosedBeforeTheTimeIsOverAndNineEighthsOfItLaterIs() throws Exception {
        withServer((server, client) -> {
            // In the middle of one of the eighths that are counted.
            runtime.clock().advance(MINUTE.dividedBy(2));
            ask(client);
            runtime.clock().advance(TIMEOUT.minusMillis(1));
            assertThat(server.metrics().open()).isOne();
            assertThat(server.metrics().idleClosed()).isZero();
            runtime.clock().advance(TIMEOUT.dividedBy(8).plusMillis(2));
            assertThat(server.metrics().idleClosed()).isOne();
            assertThat(Sockets.readText(client)).isNull();
        });
    }

    @Test
    void eachTransferGivesAConnectionItsTimeAgain() throws Exception {
        withServer((server, client) -> {
            for (int i = 0; i < 10; i++) {
                runtime.clock().advance(TIMEOUT.minus(MINUTE));
                ask(client);
            }
            assertThat(server.metrics().idleClosed()).isZero();
            runtime.clock().advance(TIMEOUT.plus(MINUTE).plusMillis(1));
            assertThat(server.metrics().idleClosed()).isOne();
        });
    }

    @Test
    void aConnectionUnderTlsIsNotIdleAsLongAsItsHandlerReadsAndWrites() throws Exception {
        withServer(
                stream -> {
                    try (TlsStream tls = TlsPair.acceptor().accept(stream)) {
                        echo(tls);
                    }
                },
                (server, client) -> {
                    try (TlsStream tls = TlsPair.connector().connect(client, TestKeys.NAME)) {
                        for (int i = 0; i < 10; i++) {
                            ask(tls);
                            runtime.clock().advance(TIMEOUT.minus(MINUTE));
                        }
                        assertThat(server.metrics().idleClosed()).isZero();
                        runtime.clock().advance(TIMEOUT);
                        assertThat(server.metrics().idleClosed()).isOne();
                    }
                });
    }

    @Test
    void aClientThatOnlySendsIsNotIdle() throws Exception {
        AtomicInteger received = new AtomicInteger();
        withServer(
                stream -> {
                    while (Sockets.readText(stream) != null) {
                        received.incrementAndGet();
                    }
                },
                (server, client) -> {
                    for (int i = 1; i <= 10; i++) {
                        Sockets.writeText(client, "x");
                        while (received.get() < i) {
                            Task.yieldNow();
                        }
                        runtime.clock().advance(TIMEOUT.minus(MINUTE));
                    }
                    assertThat(server.metrics().idleClosed()).isZero();
                });
    }

    @Test
    void aClientThatOnlyReceivesIsNotIdle() throws Exception {
        try (Channel<String> texts = Channel.bounded(1)) {
            withServer(
                    stream -> {
                        for (String text : texts) {
                            Sockets.writeText(stream, text);
                        }
                    },
                    (server, client) -> {
                        for (int i = 0; i < 10; i++) {
                            texts.send("x");
                            assertThat(Sockets.readText(client)).isEqualTo("x");
                            runtime.clock().advance(TIMEOUT.minus(MINUTE));
                        }
                        assertThat(server.metrics().idleClosed()).isZero();
                        texts.close();
                    });
        }
    }

    @Test
    void aServerWithoutConnectionsArmsNoTimer() throws Exception {
        withServer((server, client) -> {
            client.close();
            while (server.metrics().open() > 0) {
                Task.yieldNow();
            }
            // It has been asleep when the last one went.
            runtime.clock().advance(TIMEOUT);
            assertThat(runtime.metrics().armedTimers()).isZero();
        });
    }
}
