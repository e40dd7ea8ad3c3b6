package dev.heddle.demo.pubsub;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.bytes.Glob;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Who has subscribed to what.
 *
 * <p>One lock for everything, held while a message is put into the inboxes, which never wait. So all subscribers see
 * messages in one order, and whoever has unsubscribed gets no more, as when one thread does all the work.
 */
@Component
public final class Topics {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ByteString, Set<Inbox>> channels = new HashMap<>();
    private final Map<ByteString, PatternTopic> patterns = new HashMap<>();

    private record PatternTopic(Glob glob, Set<Inbox> inboxes) {}

    /** Adds an inbox to a channel. */
    public void subscribe(ByteString channel, Inbox inbox) {
        locked(() -> channels.computeIfAbsent(channel, missing -> new LinkedHashSet<>())
                .add(inbox));
    }

    /** Removes an inbox from a channel. */
    public void unsubscribe(ByteString channel, Inbox inbox) {
        locked(() -> channels.computeIfPresent(channel, (key, inboxes) -> without(inbox, inboxes)));
    }

    /** Adds an inbox to all channels whose name is of a pattern. */
    public void subscribePattern(ByteString pattern, Inbox inbox) {
        locked(() -> patterns.computeIfAbsent(
                        pattern, key -> new PatternTopic(Glob.of(key.bytes()), new LinkedHashSet<>()))
                .inboxes()
                .add(inbox));
    }

    /** Removes an inbox from a pattern. */
    public void unsubscribePattern(ByteString pattern, Inbox inbox) {
        locked(() -> patterns.computeIfPresent(
                pattern, (key, topic) -> without(inbox, topic.inboxes()) == null ? null : topic));
    }

    /** Delivers a message and returns how many times it was delivered. */
    public int publish(ByteString channel, ByteString payload) {
        return locked(() -> {
            int receivers = deliver(new Message(null, channel, payload), channels.getOrDefault(channel, Set.of()));
            for (Map.Entry<ByteString, PatternTopic> topic : patterns.entrySet()) {
                if (topic.getValue().glob().matches(channel.bytes())) {
                    receivers += deliver(
                            new Message(topic.getKey(), channel, payload),
                            topic.getValue().inboxes());
                }
            }
            return receivers;
        });
    }

    /** Returns the channels that have subscribers of their own. */
    public List<ByteString> channels() {
        return locked(() -> List.copyOf(channels.keySet()));
    }

    /** Returns how many have subscribed to a channel by its name. */
    public int subscribers(ByteString channel) {
        return locked(() -> channels.getOrDefault(channel, Set.of()).size());
    }

    /** Returns how many different patterns have subscribers. */
    public int patterns() {
        return locked(patterns::size);
    }

    private static int deliver(Message message, Set<Inbox> inboxes) {
        inboxes.forEach(inbox -> inbox.deliver(message));
        return inboxes.size();
    }

    private static @Nullable Set<Inbox> without(Inbox inbox, Set<Inbox> inboxes) {
        inboxes.remove(inbox);
        return inboxes.isEmpty() ? null : inboxes;
    }

    private <R extends @Nullable Object> R locked(Supplier<R> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }
}
