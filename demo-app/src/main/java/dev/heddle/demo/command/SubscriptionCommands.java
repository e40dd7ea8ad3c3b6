package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.client.Client;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.protocol.ReplyWriter;
import dev.heddle.demo.pubsub.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Commands that begin and end subscriptions.
 *
 * <p>A confirmation stands between the messages of before and after: no message precedes that of SUBSCRIBE, because the
 * client's task holds the turn to write until it is written, and none follows that of UNSUBSCRIBE, because what has been
 * delivered until then is written first.
 */
@Component
final class SubscriptionCommands implements CommandFamily {

    private final Topics topics;

    SubscriptionCommands(Topics topics) {
        this.topics = topics;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("subscribe", -2, Keys.NONE, this::subscribe),
                new Command("unsubscribe", -1, Keys.NONE, this::unsubscribe),
                new Command("psubscribe", -2, Keys.NONE, this::subscribePatterns),
                new Command("punsubscribe", -1, Keys.NONE, this::unsubscribePatterns));
    }

    private void subscribe(Call call) throws IOException {
        for (ByteString channel : call.keys(1, 1)) {
            if (call.client().channels().add(channel)) {
                topics.subscribe(channel, call.client().inbox());
            }
            confirm(call, channel);
        }
    }

    private void subscribePatterns(Call call) throws IOException {
        for (ByteString pattern : call.keys(1, 1)) {
            if (call.client().patterns().add(pattern)) {
                topics.subscribePattern(pattern, call.client().inbox());
            }
            confirm(call, pattern);
        }
    }

    private void unsubscribe(Call call) throws IOException {
        Client client = call.client();
        for (ByteString channel : namedOrAll(call, client.channels())) {
            if (client.channels().remove(channel)) {
                topics.unsubscribe(channel, client.inbox());
            }
            client.inbox().writeTo(call.reply());
            confirm(call, channel);
        }
    }

    private void unsubscribePatterns(Call call) throws IOException {
        Client client = call.client();
        for (ByteString pattern : namedOrAll(call, client.patterns())) {
            if (client.patterns().remove(pattern)) {
                topics.unsubscribePattern(pattern, client.inbox());
            }
            client.inbox().writeTo(call.reply());
            confirm(call, pattern);
        }
    }

    /** Confirms even when there is nothing to end, or the client would wait for an answer that never comes. */
    private static List<ByteString> namedOrAll(Call call, Collection<ByteString> all) throws IOException {
        if (call.size() > 1) {
            return call.keys(1, 1);
        }
        if (all.isEmpty()) {
            confirm(call, null);
        }
        return new ArrayList<>(all);
    }

    private static void confirm(Call call, @Nullable ByteString topic) throws IOException {
        ReplyWriter reply = call.reply();
        reply.push(3);
        reply.bulk(call.command().name());
        if (topic == null) {
            reply.absent();
        } else {
            reply.bulk(topic.bytes());
        }
        reply.integer(call.client().subscriptions());
    }
}
