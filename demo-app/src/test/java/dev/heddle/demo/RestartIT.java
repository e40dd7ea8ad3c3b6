package dev.heddle.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the jar as its users do, and ends it as their systems do. */
class RestartIT {

    private static final Pattern SERVING = Pattern.compile("TCP server 'redis' is listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    @Test
    void nothingAcknowledgedIsLostBySigterm() throws Exception {
        int exitStatus = run("first.log", redis -> {
            for (int i = 0; i < 1000; i++) {
                redis.set("key:" + i, "value:" + i);
            }
            redis.setex("brief", 3600, "v");
        });
        assertThat(exitStatus).isZero();
        exitStatus = run("second.log", redis -> {
            assertThat(redis.dbsize()).isEqualTo(1001);
            assertThat(redis.get("key:999")).isEqualTo("value:999");
            assertThat(redis.ttl("brief")).isBetween(1L, 3600L);
        });
        assertThat(exitStatus).isZero();
    }

    @Test
    void aDamagedSnapshotIsRefusedWithAnExplanation() throws Exception {
        Files.writeString(folder.resolve("keys.snapshot"), "no snapshot, and never was one");
        Path log = folder.resolve("damaged.log");
        Process process = start(log);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(log).content().contains("APPLICATION FAILED TO START", "is damaged at byte 0", "move it away");
    }

    private int run(String logName, Consumer<RedisCommands<String, String>> test) throws Exception {
        Path log = folder.resolve(logName);
        Process process = start(log);
        try {
            int port = await().atMost(PATIENCE).until(() -> port(log), found -> found > 0);
            RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
            try {
                test.accept(client.connect().sync());
            } finally {
                // As it is, with the connection open.
                process.destroy();
                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
            }
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private Process start(Path log) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-jar",
                        System.getProperty("heddle.demo.jar"),
                        "--heddle.tcp-servers.redis.port=0",
                        "--server.port=0",
                        "--demo.snapshot.file=" + folder.resolve("keys.snapshot"))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static int port(Path log) throws IOException {
        Matcher matcher = SERVING.matcher(Files.readString(log));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
