package dev.heddle.demo.client;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** The clients that are connected, and how many there have been. */
@Component
public final class Clients {

    private final Map<Long, Client> connected = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder commands = new LongAdder();

    /** Returns the number of the next client. */
    public long nextId() {
        return lastId.incrementAndGet();
    }

    /** Adds a client that has connected. */
    public void add(Client client) {
        connected.put(client.id(), client);
    }

    /** Removes a client that is gone. */
    public void remove(Client client) {
        connected.remove(client.id());
    }

    /** Returns how many there are. */
    public int size() {
        return connected.size();
    }

    /** Returns those that are connected, oldest first. */
    public List<Client> all() {
        return connected.values().stream()
                .sorted(Comparator.comparingLong(Client::id))
                .toList();
    }

    /** Counts one that was turned away because there were too many. */
    public void countRejected() {
        rejected.increment();
    }

    /** Counts a command. */
    public void countCommand() {
        commands.increment();
    }

    /** Returns how many have been let in since the start. */
    public long accepted() {
        return lastId.get();
    }

    /** Returns how many were turned away. */
    public long rejected() {
        return rejected.sum();
    }

    /** Returns how many commands they have sent. */
    public long commands() {
        return commands.sum();
    }
}
