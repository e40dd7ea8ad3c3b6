package dev.heddle.runtime.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.NetDriver;
import dev.heddle.runtime.actuate.endpoint.RuntimeDescriptor.TcpServerDescriptor;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.net.TcpServerMetrics;
import dev.heddle.runtime.net.TcpServerMetrics.State;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** Tests for {@link RuntimeEndpoint}. */
class RuntimeEndpointTest {

    private static final ObjectProvider<TcpServers> NO_SERVERS =
            new StaticListableBeanFactory().getBeanProvider(TcpServers.class);

    @Test
    void runtime_isDescribed() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread()
                .name("described")
                .workerThreads(3)
                .maxBlockingThreads(5)
                .build()) {
            RuntimeEndpoint endpoint = new RuntimeEndpoint(runtime, NO_SERVERS);
            assertThat(endpoint.runtime().state()).isEqualTo("new");
            runtime.spawn(() -> {}).join();
            RuntimeDescriptor descriptor = endpoint.runtime();
            assertThat(descriptor.name()).isEqualTo("described");
            assertThat(descriptor.state()).isEqualTo("running");
            assertThat(descriptor.tasks().spawned()).isOne();
            assertThat(descriptor.tasks().succeeded()).isOne();
            assertThat(descriptor.blocking().maxThreads()).isEqualTo(5);
            assertThat(descriptor.blocking().queueCapacity()).isNull();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void workers_areDescribed() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().workerThreads(3).build()) {
            RuntimeDescriptor descriptor = new RuntimeEndpoint(runtime, NO_SERVERS).runtime();
            assertThat(descriptor.scheduler()).isEqualTo("workers");
            assertThat(descriptor.schedulerHint()).isNull();
            assertThat(descriptor.workers())
                    .extracting(RuntimeDescriptor.WorkerDescriptor::index)
                    .containsExactly(0, 1, 2);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void currentThreadFlavor_isShown() {
        try (AsyncRuntime runtime = AsyncRuntime.newCurrentThread().build()) {
            RuntimeDescriptor descriptor = new RuntimeEndpoint(runtime, NO_SERVERS).runtime();
            assertThat(descriptor.scheduler()).isEqualTo("current-thread");
            assertThat(descriptor.schedulerHint()).isNull();
            assertThat(descriptor.workers()).hasSize(1);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
    void fallback_saysHowToMendIt() {
        try (AsyncRuntime runtime = AsyncRuntime.newMultiThread().build()) {
            RuntimeDescriptor descriptor = new RuntimeEndpoint(runtime, NO_SERVERS).runtime();
            assertThat(descriptor.scheduler()).isEqualTo("jdk");
            assertThat(descriptor.schedulerHint()).contains("--add-opens java.base/java.lang=ALL-UNNAMED");
            assertThat(descriptor.workers()).isEmpty();
        }
    }

    @Test
    void theSelector_saysWhyItIsThere() {
        try (AsyncRuntime runtime =
                AsyncRuntime.newMultiThread().netDriver(NetDriver.SELECTOR).build()) {
            RuntimeDescriptor descriptor = new RuntimeEndpoint(runtime, NO_SERVERS).runtime();
            assertThat(descriptor.driver()).isEqualTo("selector");
            assertThat(descriptor.driverHint()).isNotBlank();
            assertThat(descriptor.refusedAccepts()).isZero();
        }
    }

    @Test
    void addressOfATcpServer_isInBracketsIfItIsOfIpv6() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("::1"), 6390);
        TcpServerMetrics metrics = new TcpServerMetrics("redis", State.LISTENING, address, 0, 1, 0, 0, 0, 0, 0, 0, 0);
        assertThat(TcpServerDescriptor.of(metrics).address()).isEqualTo("[0:0:0:0:0:0:0:1]:6390");
    }
}
