package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.RunningDemo;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.Resource;

/** Asks what Redis was asked, and expects what it answered, byte for byte. */
@RunningDemo
class RedisRepliesTest {

    private static final Pattern HEX_ESCAPE = Pattern.compile("\\\\x(\\p{XDigit}{2})");
    private static final String PONG = "$1\r\n.\r\n";
    private static final String PONG_WHILE_LISTENING = "*2\r\n$4\r\npong\r\n" + PONG;

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    @Autowired
    private Keyspace keyspace;

    @Value("classpath:dev/heddle/demo/server/replies-of-redis-7.0.15.txt")
    private Resource replies;

    @Test
    void answersLikeRedis() throws IOException {
        keyspace.clear();
        List<String> lines = replies.getContentAsString(StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .toList();
        try (RawClient client = new RawClient(redisPort)) {
            for (int i = 0; i < lines.size(); i += 2) {
                String request = lines.get(i).substring("> ".length());
                String expected = unescape(lines.get(i + 1).substring("< ".length()));
                String answer = client.send(request + "\r\nPING .\r\n").receiveUntil(PONG);
                assertThat(answer.replace(PONG_WHILE_LISTENING, "").replace(PONG, ""))
                        .as(request)
                        .isEqualTo(expected);
            }
        }
    }

    private static String unescape(String line) {
        return HEX_ESCAPE
                .matcher(line.replace("\\r", "\r").replace("\\n", "\n"))
                .replaceAll(escape -> Character.toString(Integer.parseInt(escape.group(1), 16)));
    }
}
