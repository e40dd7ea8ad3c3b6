package dev.heddle.demo.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.protocol.ReplyWriter;
import dev.heddle.demo.protocol.RespVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicsTest {

    private static final ByteString NEWS = ByteString.of("news");

    private final Topics topics = new Topics();
    private final Recorder subscriber = new Recorder();

    @Test
    void deliversToTheChannelAndToPatterns() {
        topics.subscribe(NEWS, subscriber);
        topics.subscribePattern(ByteString.of("n*"), subscriber);
        topics.subscribePattern(ByteString.of("x*"), subscriber);
        assertThat(topics.publish(NEWS, ByteString.of("hi"))).isEqualTo(2);
        assertThat(subscriber.received)
                .containsExactly(
                        "*3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$2\r\nhi\r\n",
                        "*4\r\n$8\r\npmessage\r\n$2\r\nn*\r\n$4\r\nnews\r\n$2\r\nhi\r\n");
    }

    @Test
    void forgetsWhoHasUnsubscribed() {
        topics.subscribe(NEWS, subscriber);
        topics.unsubscribe(NEWS, subscriber);
        topics.subscribePattern(NEWS, subscriber);
        topics.unsubscribePattern(NEWS, subscriber);
        assertThat(topics.publish(NEWS, ByteString.of("hi"))).isZero();
        assertThat(topics.channels()).isEmpty();
        assertThat(topics.patterns()).isZero();
    }

    @Test
    void countsSubscribers() {
        topics.subscribe(NEWS, subscriber);
        topics.subscribe(NEWS, new Recorder());
        assertThat(topics.subscribers(NEWS)).isEqualTo(2);
        assertThat(topics.subscribers(ByteString.of("other"))).isZero();
    }

    private static final class Recorder implements Inbox {

        private final List<String> received = new ArrayList<>();

        @Override
        public void deliver(Message message) {
            received.add(new String(message.encoded(RespVersion.RESP2), StandardCharsets.UTF_8));
        }

        @Override
        public void writeTo(ReplyWriter reply) {}
    }
}
