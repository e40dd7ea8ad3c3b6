package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.RunningDemo;
import dev.heddle.runtime.test.context.PausedClock;
import dev.heddle.runtime.time.RuntimeClock;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** The whole application, whose time passes when the test says so. */
@RunningDemo
@PausedClock
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class PausedExpiryTest {

    @Autowired
    private RuntimeClock clock;

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    @Test
    void aKeyLivesForItsYearAndNotLonger() throws IOException, InterruptedException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("SET yearly v EX 31536000\r\n");
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            clock.advance(Duration.ofDays(365).minusMillis(1));
            client.send("DBSIZE\r\n");
            assertThat(client.receive(4)).isEqualTo(":1\r\n");
            clock.advance(Duration.ofMillis(2));
            client.send("DBSIZE\r\n");
            assertThat(client.receive(4)).isEqualTo(":0\r\n");
        }
    }
}
