package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.heddle.demo.RunningDemo;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Value;

@RunningDemo
@ParameterizedClass
@EnumSource(
        value = ProtocolVersion.class,
        names = {"RESP2", "RESP3"})
class LettuceTest {

    @Parameter
    private ProtocolVersion version;

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    private RedisClient client;
    private RedisCommands<String, String> redis;

    @BeforeEach
    void connect() {
        client = RedisClient.create(RedisURI.create("127.0.0.1", redisPort));
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        redis = client.connect().sync();
        redis.flushall();
    }

    @AfterEach
    void disconnect() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }

    @Test
    void servesStrings() {
        assertThat(redis.ping()).isEqualTo("PONG");
        assertThat(redis.set("k", "v")).isEqualTo("OK");
        assertThat(redis.set("k", "w", SetArgs.Builder.nx())).isNull();
        assertThat(redis.setGet("k", "w")).isEqualTo("v");
        assertThat(redis.append("k", "xyz")).isEqualTo(4);
        assertThat(redis.getrange("k", 1, -2)).isEqualTo("xy");
        assertThat(redis.mset(Map.of("a", "1", "b", "2"))).isEqualTo("OK");
        assertThat(redis.mget("a", "nope", "b"))
                .extracting(value -> value.getValueOrElse("-"))
                .containsExactly("1", "-", "2");
        assertThat(redis.incrby("a", 41)).isEqualTo(42);
        assertThat(redis.incrbyfloat("b", 0.5)).isEqualTo(2.5);
        assertThat(redis.del("a", "b", "c")).isEqualTo(2);
        assertThat(redis.getdel("k")).isEqualTo("wxyz");
        assertThat(redis.dbsize()).isZero();
    }

    @Test
    void refusesWithTheErrorsOfRedis() {
        redis.set("k", "text");
        assertThatThrownBy(() -> redis.incr("k"))
                .isInstanceOf(RedisCommandExecutionException.class)
                .hasMessage("ERR value is not an integer or out of range");
        assertThatThrownBy(() -> redis.rename("nope", "k")).hasMessage("ERR no such key");
        assertThatThrownBy(() -> redis.lpush("k", "v")).hasMessageStartingWith("ERR unknown command 'LPUSH'");
    }

    @Test
    void endsKeysWhenTheirTimeHasCome() {
        redis.set("k", "v", SetArgs.Builder.px(3_600_000));
        assertThat(redis.pttl("k")).isBetween(3_590_000L, 3_600_000L);
        redis.set("k", "v", SetArgs.Builder.px(100));
        await().until(() -> redis.dbsize() == 0);
        redis.setex("k", 100, "v");
        assertThat(redis.persist("k")).isTrue();
        assertThat(redis.ttl("k")).isEqualTo(-1);
        assertThat(redis.expire("k", Duration.ofHours(1))).isTrue();
        assertThat(redis.ttl("k")).isBetween(3590L, 3600L);
    }

    @Test
    void scansAllKeys() {
        Map<String, String> all = new HashMap<>();
        IntStream.range(0, 1000).forEach(i -> all.put("key:" + i, "v"));
        redis.mset(all);
        redis.set("other", "v");
        List<String> scanned = new ArrayList<>();
        ScanIterator.scan(redis, ScanArgs.Builder.matches("key:*").limit(50)).forEachRemaining(scanned::add);
        assertThat(scanned).containsExactlyInAnyOrderElementsOf(all.keySet());
        KeyScanCursor<String> everything = redis.scan(ScanArgs.Builder.limit(10_000));
        assertThat(everything.isFinished()).isTrue();
        assertThat(everything.getKeys()).hasSize(1001);
    }

    @Test
    void deliversMessagesInOrder() {
        Queue<String> received = new ConcurrentLinkedQueue<>();
        StatefulRedisPubSubConnection<String, String> subscriber = client.connectPubSub();
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                received.add(message);
            }

            @Override
            public void message(String pattern, String channel, String message) {
                received.add(pattern + " " + message);
            }
        });
        subscriber.sync().subscribe("news");
        List<String> sent = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        RedisAsyncCommands<String, String> async = client.connect().async();
        for (String message : sent) {
            var _ = async.publish("news", message);
        }
        await().until(() -> received.size() == sent.size());
        assertThat(received).containsExactlyElementsOf(sent);

        subscriber.sync().psubscribe("n*");
        assertThat(redis.publish("news", "both")).isEqualTo(2);
        await().untilAsserted(() -> assertThat(received).contains("both", "n* both"));
        assertThat(redis.pubsubNumpat()).isOne();
        subscriber.sync().unsubscribe("news");
        subscriber.sync().punsubscribe("n*");
        assertThat(redis.publish("news", "nobody")).isZero();
    }

    @Test
    void servesManyClientsThatPipeline() {
        int connections = 50;
        int increments = 200;
        List<RedisFuture<?>> replies = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            StatefulRedisConnection<String, String> connection = client.connect();
            connection.setAutoFlushCommands(false);
            for (int j = 0; j < increments; j++) {
                replies.add(connection.async().incr("counter"));
            }
            connection.flushCommands();
        }
        assertThat(LettuceFutures.awaitAll(Duration.ofSeconds(30), replies.toArray(RedisFuture[]::new)))
                .isTrue();
        assertThat(redis.get("counter")).isEqualTo(Integer.toString(connections * increments));
    }

    @Test
    void knowsItsClients() {
        redis.clientSetname("tester");
        assertThat(redis.clientGetname()).isEqualTo("tester");
        assertThat(redis.clientList())
                .contains("name=tester")
                .contains("resp=" + (version == ProtocolVersion.RESP2 ? 2 : 3));
        assertThat(redis.info("keyspace")).startsWith("# Keyspace");
        assertThat(redis.configGet("databases")).containsEntry("databases", "1");
    }
}
