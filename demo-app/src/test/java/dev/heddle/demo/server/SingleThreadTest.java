package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.demo.RunningDemo;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The whole application on one thread. */
@RunningDemo
@TestPropertySource(properties = "heddle.flavor=current-thread")
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class SingleThreadTest {

    @Autowired
    private AsyncRuntime runtime;

    @Autowired
    private RedisServer server;

    @Test
    void servesSeveralClients() throws IOException {
        assertThat(runtime.metrics().scheduler()).isEqualTo(SchedulerKind.CURRENT_THREAD);
        try (RawClient first = new RawClient(server.port());
                RawClient second = new RawClient(server.port())) {
            first.send("SET k v\r\n");
            assertThat(first.receive(5)).isEqualTo("+OK\r\n");
            second.send("GET k\r\n");
            assertThat(second.receive(7)).isEqualTo("$1\r\nv\r\n");
        }
    }

    @Test
    void endsKeysInTime() throws IOException {
        try (RawClient client = new RawClient(server.port())) {
            client.send("SET brief v PX 1\r\n");
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            await().until(() -> client.send("EXISTS brief\r\n").receive(4).equals(":0\r\n"));
        }
    }
}
