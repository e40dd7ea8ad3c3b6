package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.Task;
import java.io.IOException;
import java.time.Duration;
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
        try (runtime) {
            runtime.<Void, Exception>blockOn(() -> {
                TcpServer server = TcpServer.builder(runtime, TcpServerIdleTest::echo)
                        .address(Sockets.anyPort())
                        .idleTimeout(TIMEOUT)
                        .build();
                server.start();
                try (server;
                        TcpStream client = TcpStream.connect(server.localAddress())) {
                    ask(client);
                    body.run(server, client);
                }
                return null;
            });
        }
    }

    private static void echo(TcpStream stream) throws IOException {
        for (String text = Sockets.readText(stream); text != null; text = Sockets.readText(stream)) {
            Sockets.writeText(stream, text);
        }
    }

    private static void ask(TcpStream client) throws IOException {
        Sockets.writeText(client, "x");
        assertThat(Sockets.readText(client)).isEqualTo("x");
    }

    @Test
    void aConnectionIsNotClosedBeforeTheTimeIsOverAndNineEighthsOfItLaterIs() throws Exception {
        withServer((server, client) -> {
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
