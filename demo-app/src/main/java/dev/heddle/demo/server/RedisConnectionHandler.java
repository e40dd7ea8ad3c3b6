package dev.heddle.demo.server;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.client.Clients;
import dev.heddle.demo.command.CommandExecutor;
import dev.heddle.demo.pubsub.Topics;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.net.TcpStream;
import dev.heddle.runtime.task.Spawner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.springframework.stereotype.Component;

/** Serves each client as long as it is connected; the TCP server "redis" is Heddle's, and so are its settings. */
@Component
final class RedisConnectionHandler implements ConnectionHandler {

    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);

    private final RedisProperties properties;
    private final CommandExecutor executor;
    private final Clients clients;
    private final Topics topics;
    private final Spawner spawner;

    RedisConnectionHandler(
            RedisProperties properties, CommandExecutor executor, Clients clients, Topics topics, Spawner spawner) {
        this.properties = properties;
        this.executor = executor;
        this.clients = clients;
        this.topics = topics;
        this.spawner = spawner;
    }

    @Override
    public void handle(TcpStream stream) throws IOException {
        Connection connection = new Connection(clients.nextId(), stream, properties, executor, spawner);
        Client client = connection.client();
        clients.add(client);
        try {
            connection.run();
        } finally {
            client.unsubscribeAll(topics);
            clients.remove(client);
        }
    }

    @Override
    public void refuse(TcpStream stream) throws IOException {
        clients.countRejected();
        stream.writeAll(ByteBuffer.wrap(TOO_MANY));
    }
}
