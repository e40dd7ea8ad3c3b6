package dev.heddle.demo.pubsub;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.protocol.ReplyWriter;
import dev.heddle.demo.protocol.RespVersion;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message as the subscribers of a channel, or of a pattern, receive it. Encoded once for all who share it. */
public final class Message {

    private final @Nullable ByteString pattern;
    private final ByteString channel;
    private final ByteString payload;
    private final Map<RespVersion, byte[]> encoded = new EnumMap<>(RespVersion.class);

    Message(@Nullable ByteString pattern, ByteString channel, ByteString payload) {
        this.pattern = pattern;
        this.channel = channel;
        this.payload = payload;
    }

    /** Returns its bytes. Called by {@link Inbox#deliver} only, and so under the lock of the {@link Topics}. */
    public byte[] encoded(RespVersion version) {
        return encoded.computeIfAbsent(version, chosen -> ReplyWriter.encode(chosen, this::write));
    }

    private void write(ReplyWriter reply) throws IOException {
        if (pattern == null) {
            reply.push(3);
            reply.bulk("message");
        } else {
            reply.push(4);
            reply.bulk("pmessage");
            reply.bulk(pattern.bytes());
        }
        reply.bulk(channel.bytes());
        reply.bulk(payload.bytes());
    }
}
