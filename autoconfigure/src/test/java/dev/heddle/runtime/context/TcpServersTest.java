package dev.heddle.runtime.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.net.TcpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.support.GenericApplicationContext;

/** Tests for {@link TcpServers}. */
@Timeout(60)
class TcpServersTest {

    private static ManagedTcpServer server(AsyncRuntime runtime, String name, int port) {
        TcpServer server = TcpServer.builder(runtime, stream -> {})
                .name(name)
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .build();
        return new ManagedTcpServer(server, Duration.ofSeconds(30));
    }

    @Test
    void start_ofWhichOneFails_stopsTheOthers() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GenericApplicationContext context = new GenericApplicationContext()) {
            context.refresh();
            TcpServers servers = new TcpServers(
                    context, List.of(server(runtime, "good", 0), server(runtime, "bad", taken.getLocalPort())));
            assertThatExceptionOfType(TcpServerStartException.class)
                    .isThrownBy(servers::start)
                    .withMessageContaining("'bad'");
            assertThat(servers.isRunning()).isFalse();
            assertThat(servers).noneMatch(TcpServer::isStarted);
            assertThat(context.getEnvironment().containsProperty("local.tcp-server.good.port"))
                    .isFalse();
        }
    }

    @Test
    void start_thatFails_namesThePropertiesAsTheyAreWritten() throws Exception {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                GenericApplicationContext context = new GenericApplicationContext()) {
            context.refresh();
            TcpServers servers = new TcpServers(context, List.of(server(runtime, "mail.in", taken.getLocalPort())));
            assertThatExceptionOfType(TcpServerStartException.class)
                    .isThrownBy(servers::start)
                    .satisfies(failure ->
                            assertThat(failure.analysis().getAction()).contains("'heddle.tcp-servers[mail.in].port'"));
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1:6390", "::1, [0:0:0:0:0:0:0:1]:6390", "::, [0:0:0:0:0:0:0:0]:6390"})
    void hostAndPort_canBeToldFromEachOther(String host, String text) {
        assertThat(TcpServers.hostAndPort(new InetSocketAddress(InetAddress.ofLiteral(host), 6390)))
                .isEqualTo(text);
    }

    @Test
    void hostAndPort_ofANamedHost_isThatOfItsAddress() throws Exception {
        InetAddress named = InetAddress.getByAddress("example.org", new byte[] {127, 0, 0, 1});
        assertThat(TcpServers.hostAndPort(new InetSocketAddress(named, 80))).isEqualTo("127.0.0.1:80");
    }

    @Test
    void stop_ofServersThatDoNotRun_callsBackAtOnce() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build();
                GenericApplicationContext context = new GenericApplicationContext()) {
            TcpServers servers = new TcpServers(context, List.of(server(runtime, "idle", 0)));
            CountDownLatch stopped = new CountDownLatch(1);
            servers.stop(stopped::countDown);
            assertThat(stopped.getCount()).isZero();
        }
    }
}
