package dev.heddle.demo.pubsub;

import dev.heddle.demo.protocol.ReplyWriter;
import java.io.IOException;

/** Where a subscriber's messages go. */
public interface Inbox {

    /** Takes a message, from any thread and without waiting: a slow subscriber must not stop a publisher. */
    void deliver(Message message);

    /**
     * Writes what has been delivered so far, for the subscriber's own task, before a reply that must come after it.
     *
     * @param reply the subscriber's replies
     * @throws IOException if the subscriber is gone
     */
    void writeTo(ReplyWriter reply) throws IOException;
}
