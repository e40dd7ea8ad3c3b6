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
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/** The whole application on one thread. */
@RunningDemo
@TestPropertySource(properties = "heddle.flavor=current-thread")
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class SingleThreadTest {

    @Autowired
    private AsyncRuntime runtime;

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    @Test
    void servesSeveralClients() throws IOException {
        assertThat(runtime.metrics().scheduler()).isEqualTo(SchedulerKind.CURRENT_THREAD);
        try (RawClient first = new RawClient(redisPort);
                RawClient second = new RawClient(redisPort)) {
            first.send("SET k v\r\n");
            assertThat(first.receive(5)).isEqualTo("+OK\r\n");
            second.send("GET k\r\n");
            assertThat(second.receive(7)).isEqualTo("$1\r\nv\r\n");
        }
    }

    @Test
    void endsKeysInTime() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("SET brief v PX 1\r\n");
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            await().until(() -> client.send("EXISTS brief\r\n").receive(4).equals(":0\r\n"));
        }
    }
}
