package dev.heddle.demo.server;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.command.CommandExecutor;
import dev.heddle.demo.protocol.ProtocolException;
import dev.heddle.demo.protocol.ReplyWriter;
import dev.heddle.demo.protocol.RequestParser;
import dev.heddle.demo.pubsub.Inbox;
import dev.heddle.demo.pubsub.Message;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection, run by one task: read, execute all that is complete, write all replies at once, read again.
 *
 * <p>Replies wait for the client and the client's next command waits for them, so a client that does not read costs two
 * buffers. Messages that it has subscribed to come from other tasks, which must not wait: they go to the {@link Outbox},
 * and the first one has a task spawned that writes until there are none. A task for a burst costs less than one that
 * waits all the time, and whoever has nothing subscribed needs neither.
 *
 * <p>Only the holder of {@code turn} writes, so replies and messages are never mixed up.
 */
final class Connection implements Inbox {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);
    private static final TaskOptions PUSH = TaskOptions.named("redis-push").asDetached();

    /** How many messages are written before the client's own commands have their turn. */
    private static final int MESSAGES_PER_TURN = 128;

    private final TcpStream stream;
    private final Spawner spawner;
    private final CommandExecutor executor;
    private final RequestParser parser;
    private final ByteBuffer input;
    private final ReplyWriter reply;
    private final Outbox outbox;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final Client client;

    Connection(long id, TcpStream stream, RedisProperties properties, CommandExecutor executor, Spawner spawner)
            throws IOException {
        this.stream = stream;
        this.spawner = spawner;
        this.executor = executor;
        this.parser = new RequestParser(properties.limits());
        int bufferSize = (int) properties.bufferSize().toBytes();
        // On the heap: direct memory of connections long gone is given back when the collector comes to it, if ever.
        this.input = ByteBuffer.allocate(bufferSize);
        this.reply = new ReplyWriter(stream::writeAll, bufferSize);
        this.outbox = new Outbox(properties.pubsubOutputLimit().toBytes());
        this.client = new Client(id, stream.remoteAddress(), stream.localAddress(), this);
    }

    Client client() {
        return client;
    }

    /**
     * Serves the client until it leaves, speaks nonsense, or the server ends the input: then when what has been read is
     * executed and answered.
     */
    void run() throws IOException {
        while (!client.isLeaving() && stream.read(input) >= 0) {
            boolean moreIsLikely = !input.hasRemaining();
            input.flip();
            answer();
            input.clear();
            if (moreIsLikely) {
                // Such a read does not wait: a client that never stops sending would keep its worker for itself.
                Task.yieldNow();
            }
        }
    }

    /** Ends everything now. */
    private void close() {
        try {
            stream.close();
        } catch (IOException gone) {
            log.debug("Client {} was gone already", client.id(), gone);
        }
    }

    @Override
    public void deliver(Message message) {
        switch (outbox.offer(message.encoded(client.version()))) {
            case QUEUED -> {}
            case NEEDS_WRITER -> startWriter();
            case FULL -> {
                log.warn("Client {} reads its messages too slowly and is disconnected", client.id());
                close();
            }
        }
    }

    @Override
    public void writeTo(ReplyWriter reply) throws IOException {
        for (byte[] message = outbox.poll(); message != null; message = outbox.poll()) {
            reply.encoded(message);
        }
    }

    private void answer() throws IOException {
        turn.lock();
        try {
            List<byte[]> request = parser.next(input);
            while (request != null) {
                executor.execute(client, request, reply);
                request = client.isLeaving() ? null : parser.next(input);
            }
        } catch (ProtocolException nonsense) {
            reply.error(nonsense.reply());
            client.leave();
        } finally {
            try {
                reply.flush();
            } finally {
                turn.unlock();
            }
        }
    }

    private void startWriter() {
        try {
            var _ = spawner.spawn(PUSH, this::writeMessages);
        } catch (RejectedExecutionException shutDown) {
            close();
        }
    }

    private void writeMessages() {
        try {
            do {
                writeSomeMessages();
            } while (!outbox.releaseWriter());
        } catch (IOException gone) {
            log.debug("Connection of client {} lost", client.id(), gone);
            close();
        }
    }

    private void writeSomeMessages() throws IOException {
        turn.lock();
        try {
            byte[] message = outbox.poll();
            for (int written = 1; message != null; written++) {
                reply.encoded(message);
                message = written < MESSAGES_PER_TURN ? outbox.poll() : null;
            }
            reply.flush();
        } finally {
            turn.unlock();
        }
    }
}
