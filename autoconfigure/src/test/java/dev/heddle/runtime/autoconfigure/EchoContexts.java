package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.autoconfigure.endpoint.HeddleRuntimeEndpointAutoConfiguration;
import dev.heddle.runtime.autoconfigure.health.HeddleTcpServersHealthContributorAutoConfiguration;
import dev.heddle.runtime.autoconfigure.metrics.HeddleMetricsAutoConfiguration;
import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.net.TcpStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Application contexts that may have TCP servers, one of them an echo. */
final class EchoContexts {

    static final String PORT = "heddle.tcp-servers.echo.port";

    private EchoContexts() {}

    /** Returns what makes them, with all that shows servers, and no server. */
    static ApplicationContextRunner runner() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        HeddleRuntimeAutoConfiguration.class,
                        HeddleTcpServerAutoConfiguration.class,
                        HeddleMetricsAutoConfiguration.class,
                        HeddleRuntimeEndpointAutoConfiguration.class,
                        HeddleTcpServersHealthContributorAutoConfiguration.class,
                        LifecycleAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        SimpleMetricsExportAutoConfiguration.class))
                .withPropertyValues(
                        "heddle.name=tcp",
                        "heddle.worker-threads=2",
                        "heddle.tcp-servers.echo.address=127.0.0.1",
                        "management.endpoints.web.exposure.include=runtime",
                        "management.endpoints.jmx.exposure.include=runtime");
    }

    static ApplicationContextRunner runnerWithEcho() {
        return runner().withUserConfiguration(EchoConfiguration.class).withPropertyValues(PORT + "=0");
    }

    /** Returns where the echo listens. */
    static int port(ApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.tcp-server.echo.port", Integer.class);
    }

    /** Sends back what comes. */
    static final class Echo implements ConnectionHandler {

        @Override
        public void handle(TcpStream stream) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (stream.read(buffer) >= 0) {
                stream.writeAll(buffer.flip());
                buffer.clear();
            }
        }

        @Override
        public void refuse(TcpStream stream) throws IOException {
            stream.writeAll(ByteBuffer.wrap("full".getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class EchoConfiguration {

        @Bean
        ConnectionHandler echoConnectionHandler() {
            return new Echo();
        }
    }
}
