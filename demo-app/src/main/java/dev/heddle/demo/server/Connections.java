package dev.heddle.demo.server;

import dev.heddle.demo.client.Clients;
import dev.heddle.demo.command.CommandExecutor;
import dev.heddle.demo.pubsub.Topics;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The open connections: lets clients in, up to the limit, and sees them out. */
@Component
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final TaskOptions CONNECTION = TaskOptions.named("redis-connection");
    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RedisProperties properties;
    private final CommandExecutor executor;
    private final Clients clients;
    private final Topics topics;
    private final Spawner spawner;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** Set when no more are opened; completed when none is left. */
    private volatile @Nullable CompletableFuture<@Nullable Void> allClosed;

    Connections(RedisProperties properties, CommandExecutor executor, Clients clients, Topics topics, Spawner spawner) {
        this.properties = properties;
        this.executor = executor;
        this.clients = clients;
        this.topics = topics;
        this.spawner = spawner;
    }

    /** Serves a client in a task of its own. Called by one task at a time. */
    void open(TcpStream stream) {
        try {
            if (open.size() < properties.maxClients()) {
                serve(new Connection(clients.nextId(), stream, properties, executor, spawner));
            } else {
                turnAway(stream);
            }
        } catch (IOException gone) {
            log.debug("A client was gone before it was served", gone);
        }
    }

    private void serve(Connection connection) {
        open.add(connection);
        clients.add(connection.client());
        try {
            // Not in a finally block of the task: a task that is aborted before it begins has none.
            var _ = spawner.spawn(CONNECTION, connection::run)
                    .toCompletableFuture()
                    .whenComplete((nothing, failure) -> close(connection, failure));
        } catch (RejectedExecutionException shutDown) {
            close(connection, shutDown);
        }
    }

    private void turnAway(TcpStream stream) throws IOException {
        clients.countRejected();
        try (stream) {
            // A new socket takes this much without waiting.
            stream.writeAll(ByteBuffer.wrap(TOO_MANY));
        }
    }

    /**
     * Lets all clients have the answers to what they have sent, and closes their connections.
     *
     * @param grace how long they may take to read them
     */
    void finish(Duration grace) {
        CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();
        allClosed = closed;
        open.forEach(Connection::finish);
        completeIfEmpty(closed);
        if (!isDoneWithin(closed, grace)) {
            log.warn("{} clients do not read their replies and are disconnected", open.size());
            open.forEach(Connection::close);
            // Now nothing keeps them; and what they execute must be over before the last snapshot is taken.
            closed.join();
        }
        allClosed = null;
    }

    private void close(Connection connection, @Nullable Throwable failure) {
        connection.client().unsubscribeAll(topics);
        connection.close();
        clients.remove(connection.client());
        open.remove(connection);
        CompletableFuture<@Nullable Void> closed = allClosed;
        if (closed != null) {
            completeIfEmpty(closed);
        }
        if (failure != null && !(failure instanceof CancellationException)) {
            log.error(
                    "Client {} has been disconnected by a failure",
                    connection.client().id(),
                    failure);
        }
    }

    private void completeIfEmpty(CompletableFuture<@Nullable Void> closed) {
        if (open.isEmpty()) {
            closed.complete(null);
        }
    }

    private static boolean isDoneWithin(CompletableFuture<?> future, Duration limit) {
        CompletableFuture<Boolean> done = future.handle((nothing, failure) -> true);
        return done.completeOnTimeout(false, limit.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }
}
