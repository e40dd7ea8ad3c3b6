package dev.heddle.demo.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their subscriber to read them: a queue of limited size between publishers, which never wait,
 * and the task that writes to the subscriber, which waits for it.
 */
final class Outbox {

    /** What became of a message. */
    enum Offer {
        /** It waits, and the caller has to send somebody to write it. */
        NEEDS_WRITER,
        /** It waits for the one who has been sent already. */
        QUEUED,
        /** There was no room. */
        FULL
    }

    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<byte[]> messages = new ArrayDeque<>();
    private long bytes;

    /** Whether a writer is on its way or at work. There is one at most, or slow subscribers would collect them. */
    private boolean hasWriter;

    Outbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    Offer offer(byte[] message) {
        lock.lock();
        try {
            if (bytes + message.length > maxBytes) {
                return Offer.FULL;
            }
            bytes += message.length;
            messages.add(message);
            if (hasWriter) {
                return Offer.QUEUED;
            }
            hasWriter = true;
            return Offer.NEEDS_WRITER;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the next message, or returns {@code null} when there is none. */
    byte @Nullable [] poll() {
        lock.lock();
        try {
            byte[] message = messages.poll();
            if (message != null) {
                bytes -= message.length;
            }
            return message;
        } finally {
            lock.unlock();
        }
    }

    /** Lets the writer go if there is nothing more to write, and returns whether it may. */
    boolean releaseWriter() {
        lock.lock();
        try {
            hasWriter = !messages.isEmpty();
            return !hasWriter;
        } finally {
            lock.unlock();
        }
    }
}
