package dev.heddle.runtime.autoconfigure;

import static dev.heddle.runtime.autoconfigure.EchoContexts.PORT;
import static dev.heddle.runtime.autoconfigure.EchoContexts.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.context.TcpServerStartException;
import dev.heddle.runtime.context.TcpServerStartedEvent;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.health.TcpServersHealthIndicator;
import dev.heddle.runtime.micrometer.TcpServerMeterBinder;
import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerMetrics;
import dev.heddle.runtime.net.TcpServerMetrics.State;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.Banner;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Tests for {@link HeddleTcpServerAutoConfiguration}, and what it makes. */
@Timeout(60)
class HeddleTcpServerAutoConfigurationTest {

    private final ApplicationContextRunner contextRunner = EchoContexts.runner();
    private final ApplicationContextRunner withEcho = EchoContexts.runnerWithEcho();

    private static TcpServer echo(ApplicationContext context) {
        return context.getBean(TcpServers.class).get("echo");
    }

    @Test
    void handlerBean_hasAServerOfItsName() {
        withEcho.run(context -> {
            assertThat(context).hasSingleBean(TcpServers.class).hasBean("heddleTcpServers");
            assertThat(echo(context).localAddress().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(echo(context).localAddress().getPort()).isEqualTo(port(context));
            try (TcpClient client = new TcpClient(port(context))) {
                assertThat(client.ask("hello")).isEqualTo("hello");
            }
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> context.getBean(TcpServers.class).get("other"))
                    .withMessageContaining("other");
        });
    }

    @Test
    void noHandler_noServers() {
        contextRunner.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(TcpServers.class)
                .doesNotHaveBean(TcpServerMeterBinder.class)
                .doesNotHaveBean(TcpServersHealthIndicator.class));
    }

    @Test
    void noRuntime_noServers() {
        withEcho.withPropertyValues("heddle.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TcpServers.class));
    }

    @Test
    void disabledServer_isNotMade() {
        withEcho.withPropertyValues("heddle.tcp-servers.echo.enabled=false")
                .run(context -> assertThat(context.getBean(TcpServers.class)).isEmpty());
    }

    @Test
    void serversOfTheUser_stay() {
        withEcho.withUserConfiguration(OwnServers.class).run(context -> {
            assertThat(context).hasSingleBean(TcpServers.class).hasBean("ownServers");
            assertThat(context.getBean(TcpServers.class)).isEmpty();
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void childContext_hasServersOfItsOwnHandlers(CapturedOutput output) {
        // Boot binds properties where the first context needs them.
        withEcho.withPropertyValues("heddle.tcp-servers.mail.port=0")
                .run(parent -> contextRunner
                        .withParent(parent)
                        .withBean("mailConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                        .run(child -> {
                            assertThat(child.getBean(TcpServers.class))
                                    .extracting(TcpServer::name)
                                    .containsExactly("mail");
                            child.close();
                            assertThat(echo(parent).isStarted()).isTrue();
                            assertThat(output).doesNotContain("heddle.tcp-servers.echo has no effect");
                        }));
    }

    @Test
    void childContext_withoutHandlers_hasNoServers() {
        withEcho.run(parent -> contextRunner
                .withParent(parent)
                .run(child -> assertThat(child.getSourceApplicationContext().containsLocalBean("heddleTcpServers"))
                        .isFalse()));
    }

    @Test
    void severalHandlers_haveServersOfTheirOwn() {
        contextRunner
                .withBean("mailRelayConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                .withBean("plain", ConnectionHandler.class, EchoContexts.Echo::new)
                .withPropertyValues(
                        "heddle.tcp-servers.mail-relay.port=0",
                        "heddle.tcp-servers.plain.port=0",
                        "heddle.tcp-servers.plain.max-connections=7")
                .run(context -> {
                    TcpServers servers = context.getBean(TcpServers.class);
                    assertThat(servers).extracting(TcpServer::name).containsExactly("mail-relay", "plain");
                    assertThat(servers.get("plain").metrics().maxConnections()).isEqualTo(7);
                    assertThat(servers.get("mail-relay").localAddress())
                            .isNotEqualTo(servers.get("plain").localAddress());
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "e-choConnectionHandler"})
    void twoHandlersOfOneName_failTheStart(String bean) {
        withEcho.withBean(bean, ConnectionHandler.class, EchoContexts.Echo::new)
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(TcpServerStartException.class)
                        .hasMessageContainingAll("'" + bean + "'", "'echoConnectionHandler'"));
    }

    @Test
    void settings_canAllBeEnvironmentVariables() {
        contextRunner
                .withBean("mailRelayConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                .withInitializer(environmentVariable("HEDDLE_TCPSERVERS_MAILRELAY_PORT", "0"))
                .run(context -> assertThat(context.getBean(TcpServers.class)
                                .get("mail-relay")
                                .isStarted())
                        .isTrue());
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settings_canBeSetByProperty_andChangedByEnvironmentVariable(CapturedOutput output) {
        contextRunner
                .withBean("mailRelayConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                .withPropertyValues(
                        "heddle.tcp-servers.mail-relay.port=0", "heddle.tcp-servers.mail-relay.max-connections=5")
                .withInitializer(environmentVariable("HEDDLE_TCPSERVERS_MAILRELAY_MAXCONNECTIONS", "7"))
                .run(context -> {
                    TcpServer server = context.getBean(TcpServers.class).get("mail-relay");
                    assertThat(server.metrics().maxConnections()).isEqualTo(7);
                    assertThat(output).doesNotContain("heddle.tcp-servers.mailrelay has no effect");
                });
    }

    private static ApplicationContextInitializer<ConfigurableApplicationContext> environmentVariable(
            String name, String value) {
        // Boot tells environment variables by the name of their source.
        return context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(name, value)));
    }

    @Test
    void overflow_isTheOneAskedFor() {
        withEcho.withPropertyValues(
                        "heddle.tcp-servers.echo.max-connections=1", "heddle.tcp-servers.echo.overflow=refuse")
                .run(context -> {
                    try (TcpClient first = new TcpClient(port(context))) {
                        assertThat(first.ask("1")).isEqualTo("1");
                        try (TcpClient second = new TcpClient(port(context))) {
                            assertThat(second.receiveAll()).isEqualTo("full");
                        }
                        assertThat(echo(context).metrics().refused()).isOne();
                    }
                });
    }

    @Test
    void idleConnections_areClosed() {
        withEcho.withPropertyValues("heddle.tcp-servers.echo.idle-timeout=20ms").run(context -> {
            try (TcpClient client = new TcpClient(port(context))) {
                assertThat(client.receiveAll()).isEmpty();
            }
            assertThat(echo(context).metrics().idleClosed()).isOne();
        });
    }

    @Test
    void customizers_changeTheBuilderAfterTheProperties() {
        withEcho.withBean(TcpServerBuilderCustomizer.class, () -> (name, builder) -> {
                    if (name.equals("echo")) {
                        builder.maxConnections(3);
                    }
                })
                .run(context ->
                        assertThat(echo(context).metrics().maxConnections()).isEqualTo(3));
    }

    @Test
    void start_isPublished() {
        withEcho.withUserConfiguration(Listening.class)
                .run(context ->
                        assertThat(context.getBean(Listening.class).ports).containsExactly(port(context)));
    }

    @Test
    void phase_isAboveEveryOrdinaryOne_andNothingIsPaused() {
        withEcho.run(context -> {
            TcpServers servers = context.getBean(TcpServers.class);
            assertThat(servers.getPhase()).isEqualTo(SmartLifecycle.DEFAULT_PHASE - 1024);
            assertThat(servers.isPauseable()).isFalse();
            assertThat(servers.isRunning()).isTrue();
        });
    }

    @Test
    void lazyInitialization_startsThemAllTheSame() {
        withEcho.withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> assertThat(port(context)).isPositive());
    }

    @Test
    void stopAndStart_serveAgain() {
        withEcho.run(context -> {
            TcpServers servers = context.getBean(TcpServers.class);
            try (TcpClient client = new TcpClient(port(context))) {
                client.ask("1");
                servers.stop();
                assertThat(client.receiveAll()).isEmpty();
            }
            assertThat(servers.isRunning()).isFalse();
            assertThat(context.getEnvironment().containsProperty("local.tcp-server.echo.port"))
                    .isFalse();
            servers.start();
            try (TcpClient client = new TcpClient(port(context))) {
                assertThat(client.ask("2")).isEqualTo("2");
            }
            assertThat(echo(context).metrics().accepted()).isEqualTo(2);
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void close_drainsAndLeavesNothing(CapturedOutput output) {
        withEcho.run(context -> {
            AsyncRuntime runtime = context.getBean(AsyncRuntime.class);
            TcpServer server = echo(context);
            try (TcpClient client = new TcpClient(port(context))) {
                client.ask("1");
                assertThat(HeddleThreads.live("heddle-tcp")).containsExactly("heddle-tcp-servers");
                context.close();
                assertThat(client.receiveAll()).isEmpty();
            }
            assertThat(server.metrics().state()).isEqualTo(State.STOPPED);
            assertThat(runtime.metrics().ioRegistrations()).isZero();
            assertThat(output)
                    .containsPattern("TCP server 'echo' is listening on 127\\.0\\.0\\.1:\\d+")
                    .contains("connections that ended by themselves: 1, aborted: 0");
            await().untilAsserted(
                            () -> assertThat(HeddleThreads.live("heddle-tcp")).isEmpty());
        });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void close_abortsConnectionsThatTakeTooLong(CapturedOutput output) {
        contextRunner
                .withUserConfiguration(Sleeping.class)
                .withPropertyValues(
                        "heddle.tcp-servers.sleeping.port=0", "heddle.tcp-servers.sleeping.drain-timeout=20ms")
                .run(context -> {
                    TcpServer server = context.getBean(TcpServers.class).get("sleeping");
                    try (TcpClient client = new TcpClient(server.localAddress().getPort())) {
                        context.getBean(Sleeping.class).asleep.await();
                        context.close();
                        assertThat(client.receiveAll()).isEmpty();
                    }
                    assertThat(output).contains("heddle.tcp-servers.sleeping.drain-timeout (PT0.02S) was over: 1");
                });
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void drainTimeout_thatLeavesNoTimeToUnwind_warns(CapturedOutput output) {
        withEcho.withPropertyValues(
                        "heddle.tcp-servers.echo.drain-timeout=4001ms",
                        "spring.lifecycle.timeout-per-shutdown-phase=5s")
                .run(context -> assertThat(output)
                        .contains("heddle.tcp-servers.echo.drain-timeout (PT4.001S)")
                        .contains("more than spring.lifecycle.timeout-per-shutdown-phase (PT5S)"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void drainTimeout_thatLeavesTimeToUnwind_doesNotWarn(CapturedOutput output) {
        withEcho.withPropertyValues(
                        "heddle.tcp-servers.echo.drain-timeout=4s", "spring.lifecycle.timeout-per-shutdown-phase=5s")
                .run(context -> assertThat(output).doesNotContain("drain-timeout"));
    }

    @ParameterizedTest
    @CsvSource({"PT30S, PT28S", "PT5S, PT4.5S"})
    void drainTimeout_byDefault_isALittleLessThanThatOfThePhase(Duration phase, Duration expected) {
        TcpServerProperties properties = new TcpServerProperties();
        properties.setPort(0);
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            TcpServersMapping mapping = new TcpServersMapping(Map.of("echo", properties), runtime, phase, List.of());
            assertThat(mapping.servers(Map.of("echo", new EchoContexts.Echo())))
                    .singleElement()
                    .satisfies(managed -> assertThat(managed.drainTimeout()).isEqualTo(expected));
        }
    }

    @ParameterizedTest
    @CsvSource({"redisConnectionHandler, redis", "mailRelayConnectionHandler, mail-relay", "smtp2Relay, smtp2-relay"})
    void name_isThatOfTheBean(String bean, String name) {
        assertThat(TcpServersMapping.serverName(bean)).isEqualTo(name);
        assertThat(TcpServersMapping.serverName("connectionHandler")).isEqualTo("connection-handler");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settingsWithoutAHandler_areWarnedOf(CapturedOutput output) {
        withEcho.withPropertyValues("heddle.tcp-servers.ecco.port=0")
                .run(context -> assertThat(output)
                        .contains("heddle.tcp-servers.ecco has no effect")
                        .contains("[echo]"));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void settingsWithoutAnyHandler_areWarnedOf(CapturedOutput output) {
        contextRunner.run(_ -> assertThat(output)
                .contains("heddle.tcp-servers.echo has no effect")
                .contains("no ConnectionHandler bean"));
    }

    @Test
    void noHandlerForSeveralRuntimes_isNoReasonToFail() {
        contextRunner
                .withUserConfiguration(TwoRuntimes.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(TcpServers.class));
    }

    @Test
    void nameWithADot_isSetInBracketsAndShownSo() {
        contextRunner
                .withBean("mail.inConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                .withPropertyValues("heddle.tcp-servers[mail.in].address=127.0.0.1")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .satisfies(failure -> assertThat(((FailureAnalyzedException) failure)
                                        .analysis()
                                        .getAction())
                                .contains("Set 'heddle.tcp-servers[mail.in].port'")));
        contextRunner
                .withBean("mail.inConnectionHandler", ConnectionHandler.class, EchoContexts.Echo::new)
                .withPropertyValues("heddle.tcp-servers[mail.in].port=0")
                .run(context -> assertThat(
                                context.getBean(TcpServers.class).get("mail.in").isStarted())
                        .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"port, 65536", "port, -1", "backlog, 0", "max-connections, 0", "idle-timeout, -1s", "drain-timeout, -1s"
    })
    void badValue_failsTheStartByItsName(String property, String value) {
        String name = "heddle.tcp-servers.echo." + property;
        withEcho.withPropertyValues(name + "=" + value)
                .run(context -> assertThat(context)
                        .hasFailed()
                        .getFailure()
                        .hasStackTraceContaining(InvalidConfigurationPropertyValueException.class.getName())
                        .hasStackTraceContaining("Property " + name + " "));
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void missingPort_isExplained(CapturedOutput output) {
        failToStart("--heddle.enabled=true");
        assertThat(output)
                .containsSubsequence(
                        "APPLICATION FAILED TO START",
                        "TCP server 'echo', which the bean 'echoConnectionHandler' is the handler of, has no port",
                        "Set 'heddle.tcp-servers.echo.port'; 0 lets the system choose");
    }

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void takenPort_isExplained(CapturedOutput output) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            failToStart(
                    "--" + PORT + "=" + taken.getLocalPort(),
                    "--heddle.tcp-servers.echo.address=127.0.0.1",
                    "--logging.level.root=info");
            assertThat(output)
                    .containsSubsequence(
                            "APPLICATION FAILED TO START",
                            "TCP server 'echo' cannot listen on 127.0.0.1:" + taken.getLocalPort(),
                            "'heddle.tcp-servers.echo.port'");
        }
        await().untilAsserted(() -> assertThat(HeddleThreads.live("heddle-tcp")).isEmpty());
    }

    @Test
    void failureOfABeanThatStartsLater_endsTheServers() {
        withEcho.withUserConfiguration(FailingLater.class)
                .run(context -> assertThat(context).hasFailed());
        await().untilAsserted(() -> assertThat(HeddleThreads.live("heddle-tcp")).isEmpty());
    }

    private static void failToStart(String... arguments) {
        SpringApplication application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .registerShutdownHook(false)
                .bannerMode(Banner.Mode.OFF)
                .build();
        assertThatException().isThrownBy(() -> application.run(arguments));
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({HeddleRuntimeAutoConfiguration.class, HeddleTcpServerAutoConfiguration.class})
    static class Application {

        @Bean
        ConnectionHandler echoConnectionHandler() {
            return new EchoContexts.Echo();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class FailingLater implements SmartLifecycle {

        @Override
        public void start() {
            throw new IllegalStateException("on purpose");
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Sleeping {

        private final CountDownLatch asleep = new CountDownLatch(1);

        @Bean
        ConnectionHandler sleepingConnectionHandler() {
            return stream -> {
                asleep.countDown();
                Time.sleep(Duration.ofDays(1));
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnServers {

        @Bean
        TcpServers ownServers(ConfigurableApplicationContext context) {
            return new TcpServers(context, List.of());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Listening {

        private final List<Integer> ports = new CopyOnWriteArrayList<>();

        @EventListener
        void started(TcpServerStartedEvent event) {
            TcpServerMetrics metrics = event.server().metrics();
            ports.add(metrics.address() == null ? -1 : metrics.address().getPort());
        }
    }
}
