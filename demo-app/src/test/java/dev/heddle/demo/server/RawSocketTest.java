package dev.heddle.demo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.demo.RunningDemo;
import dev.heddle.demo.client.Clients;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

@RunningDemo
@TestPropertySource(
        properties = {
            "demo.redis.max-bulk-length=1MB",
            "demo.redis.max-arguments=1000",
            "demo.redis.max-inline-length=1KB",
            "heddle.tcp-servers.redis.max-connections=20",
            "demo.redis.pubsub-output-limit=1MB"
        })
class RawSocketTest {

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    @Autowired
    private Clients clients;

    @Autowired
    private Keyspace keyspace;

    @Test
    void answersThePiecesOfARequestOnceItIsComplete() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            String request = "*3\r\n$3\r\nSET\r\n$5\r\nsplit\r\n$2\r\n\r\n\r\n";
            for (int i = 0; i < request.length(); i++) {
                client.send(request.substring(i, i + 1));
            }
            assertThat(client.receive(5)).isEqualTo("+OK\r\n");
            client.send("GET split\r\n");
            assertThat(client.receive(8)).isEqualTo("$2\r\n\r\n\r\n");
        }
    }

    @Test
    void answersAPipelineInOrder() throws IOException {
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 1; i <= 10_000; i++) {
            requests.append("*2\r\n$4\r\nINCR\r\n$8\r\npipeline\r\n");
            replies.append(':').append(i).append("\r\n");
        }
        try (RawClient client = new RawClient(redisPort)) {
            client.send(requests.toString());
            assertThat(client.receive(replies.length())).isEqualTo(replies.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "*1001\\r\\n | invalid multibulk length",
                "*x\\r\\n | invalid multibulk length",
                "*1\\r\\n$1048577\\r\\n | invalid bulk length",
                "*1\\r\\n!4\\r\\nPING\\r\\n | expected '$', got '!'",
                "set k \"v\\r\\n | unbalanced quotes in request"
            })
    void answersAndDisconnectsWhoeverBreaksTheProtocol(String request, String problem) throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("PING\r\n" + request.replace("\\r\\n", "\r\n"));
            assertThat(client.receiveAll()).isEqualTo("+PONG\r\n-ERR Protocol error: " + problem + "\r\n");
        }
    }

    @Test
    void disconnectsWhoeverSendsLinesWithoutEnd() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("x".repeat(1025));
            assertThat(client.receiveAll()).isEqualTo("-ERR Protocol error: too big inline request\r\n");
        }
    }

    @Test
    void disconnectsBrowsersBeforeTheySendACommand() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET stolen 1\r\n");
            assertThat(client.receiveAll()).isEmpty();
        }
        try (RawClient client = new RawClient(redisPort)) {
            client.send("EXISTS stolen\r\n");
            assertThat(client.receive(4)).isEqualTo(":0\r\n");
        }
    }

    @Test
    void survivesGarbage() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[random.nextInt(1, 2000)];
            random.nextBytes(garbage);
            try (RawClient client = new RawClient(redisPort)) {
                client.output().write(garbage);
            } catch (IOException disconnected) {
                // Which is what it deserves.
            }
        }
        await().until(() -> clients.size() == 0);
        try (RawClient client = new RawClient(redisPort)) {
            client.send("PING\r\n");
            assertThat(client.receive(7)).isEqualTo("+PONG\r\n");
        }
    }

    @Test
    void turnsAwayOneClientTooMany() throws Exception {
        RawClient[] all = new RawClient[20];
        try {
            for (int i = 0; i < all.length; i++) {
                all[i] = new RawClient(redisPort);
                all[i].send("PING\r\n").receive(7);
            }
            try (RawClient tooMany = new RawClient(redisPort)) {
                assertThat(tooMany.receiveAll()).isEqualTo("-ERR max number of clients reached\r\n");
            }
        } finally {
            for (RawClient client : all) {
                if (client != null) {
                    client.close();
                }
            }
        }
        await().until(() -> clients.size() == 0);
    }

    @Test
    void executesNothingMoreForAClientThatDoesNotReadItsReplies() throws IOException {
        int requests = 1000;
        int length = 100_000;
        try (RawClient client = new RawClient(redisPort)) {
            client.send("SETRANGE slow " + (length - 1) + " x\r\n").receive(9);
            long before = clients.commands();
            client.send("GET slow\r\n".repeat(requests));
            await().until(() -> clients.commands() > before);
            // Many times what the socket's buffers hold is still to be executed, and is when the client begins to read.
            assertThat(clients.commands() - before).isLessThan(requests);
            long total = (long) requests * ("$" + length + "\r\n\r\n").length() + (long) requests * length;
            client.input().skipNBytes(total);
            assertThat(clients.commands() - before).isEqualTo(requests);
        }
    }

    @Test
    void disconnectsASubscriberThatDoesNotReadItsMessages() throws IOException {
        String message = "x".repeat(100_000);
        try (RawClient subscriber = new RawClient(redisPort);
                RawClient publisher = new RawClient(redisPort)) {
            subscriber.send("SUBSCRIBE flood\r\n").receive(34);
            String request = "*3\r\n$7\r\nPUBLISH\r\n$5\r\nflood\r\n$100000\r\n" + message + "\r\n";
            String receivers;
            do {
                receivers = publisher.send(request).receive(4);
            } while (receivers.equals(":1\r\n"));
            assertThat(receivers).isEqualTo(":0\r\n");
            assertThat(subscriber.receiveAll()).startsWith("*3\r\n$7\r\nmessage\r\n");
        }
    }

    @Test
    void keepsMessagesAndRepliesInOrder() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("HELLO 3\r\nSUBSCRIBE own\r\n");
            client.send("PUBLISH own 1\r\nPUBLISH own 2\r\nUNSUBSCRIBE own\r\nPUBLISH own 3\r\nQUIT\r\n");
            assertThat(client.receiveAll())
                    .endsWith(String.join(
                            "\r\n",
                            ">3\r\n$9\r\nsubscribe\r\n$3\r\nown\r\n:1",
                            ">3\r\n$7\r\nmessage\r\n$3\r\nown\r\n$1\r\n1",
                            ":1",
                            ">3\r\n$7\r\nmessage\r\n$3\r\nown\r\n$1\r\n2",
                            ":1",
                            ">3\r\n$11\r\nunsubscribe\r\n$3\r\nown\r\n:0",
                            ":0",
                            "+OK",
                            ""));
        }
    }

    @Test
    void removesAKeyWhoseTimeHasComeAlthoughNobodyAsks() throws IOException {
        try (RawClient client = new RawClient(redisPort)) {
            client.send("FLUSHALL\r\nSET k v PX 50\r\n").receive(10);
            await().until(() -> keyspace.size() == 0);
        }
    }
}
