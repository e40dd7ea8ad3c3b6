package dev.heddle.runtime.autoconfigure;

import static dev.heddle.runtime.autoconfigure.EchoContexts.PORT;
import static dev.heddle.runtime.autoconfigure.EchoContexts.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.actuate.endpoint.RuntimeDescriptor.TcpServerDescriptor;
import dev.heddle.runtime.actuate.endpoint.RuntimeEndpoint;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.health.TcpServersHealthIndicator;
import dev.heddle.runtime.task.TaskId;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests for what shows the servers that {@link HeddleTcpServerAutoConfiguration} makes: meters, endpoint and health. */
@Timeout(60)
class TcpServersShownTest {

    private final ApplicationContextRunner contextRunner = EchoContexts.runner();
    private final ApplicationContextRunner withEcho = EchoContexts.runnerWithEcho();

    @Test
    void meters_areTaggedByServer() {
        withEcho.run(context -> {
            MeterRegistry registry = context.getBean(MeterRegistry.class);
            try (TcpClient client = new TcpClient(port(context))) {
                client.ask("hello");
                assertThat(registry.get("heddle.tcp.server.connections")
                                .tag("server", "echo")
                                .gauge()
                                .value())
                        .isOne();
                for (String direction : List.of("read", "written")) {
                    // The answer may be here before it is counted there.
                    await().until(() -> registry.get("heddle.tcp.server.bytes")
                                    .tag("direction", direction)
                                    .functionCounter()
                                    .count()
                            == 5);
                }
            }
            assertThat(registry.get("heddle.tcp.server.connections.max").gauge().value())
                    .isEqualTo(10_000);
            assertThat(List.of(
                            "heddle.tcp.server.connections.accepted",
                            "heddle.tcp.server.connections.refused",
                            "heddle.tcp.server.connections.failed",
                            "heddle.tcp.server.connections.idle.closed",
                            "heddle.tcp.server.accept.errors"))
                    .extracting(name -> registry.get(name).functionCounter().count())
                    .containsExactly(1.0, 0.0, 0.0, 0.0, 0.0);
        });
    }

    @Test
    void endpoint_showsTheServers() {
        withEcho.run(context -> {
            RuntimeEndpoint endpoint = context.getBean(RuntimeEndpoint.class);
            assertThat(endpoint.runtime().tcpServers())
                    .containsExactly(
                            new TcpServerDescriptor("echo", "listening", "127.0.0.1:" + port(context), 0, 10_000));
            context.getBean(TcpServers.class).stop();
            assertThat(endpoint.runtime().tcpServers())
                    .containsExactly(new TcpServerDescriptor("echo", "stopped", null, 0, 10_000));
        });
    }

    @Test
    void endpoint_withoutServers_showsNone() {
        contextRunner.run(context -> assertThat(
                        context.getBean(RuntimeEndpoint.class).runtime().tcpServers())
                .isEmpty());
    }

    @Test
    void health_isDownWhenAServerAcceptsNobody() {
        withEcho.run(context -> {
            TcpServersHealthIndicator health = context.getBean(TcpServersHealthIndicator.class);
            assertThat(health.health()).satisfies(up -> {
                assertThat(up.getStatus()).isEqualTo(Status.UP);
                assertThat(up.getDetails()).containsOnlyKeys("echo");
            });
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            runtime.tasks().stream()
                    .filter(task -> "echo-accept".equals(task.name()))
                    .forEach(task -> runtime.abort(new TaskId(task.id())));
            await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.DOWN));
            assertThat(health.health().getDetails().toString()).contains("broken");
            context.getBean(TcpServers.class).stop();
            assertThat(health.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        });
    }

    @Test
    void health_canBeDisabled() {
        withEcho.withPropertyValues("management.health.tcpservers.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(TcpServersHealthIndicator.class));
    }

    @Test
    void actuatorAndMicrometer_absent_itServes() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        HeddleRuntimeAutoConfiguration.class, HeddleTcpServerAutoConfiguration.class))
                .withUserConfiguration(EchoContexts.EchoConfiguration.class)
                .withPropertyValues(PORT + "=0")
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.boot.actuate", "org.springframework.boot.health", "io.micrometer"))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    try (TcpClient client = new TcpClient(port(context))) {
                        assertThat(client.ask("x")).isEqualTo("x");
                    }
                });
    }
}
