package dev.heddle.demo.command;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.client.Clients;
import dev.heddle.demo.pubsub.Topics;
import dev.heddle.demo.snapshot.Snapshots;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.runtime.autoconfigure.TcpServerProperties;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** What INFO tells. */
@Component
final class ServerInfo {

    /** The version of Redis that this server answers like. */
    static final String REDIS_VERSION = "7.0.15";

    private static final Set<String> EVERYTHING = Set.of("all", "default", "everything");

    private final TcpServerProperties server;
    private final Keyspace keyspace;
    private final Clients clients;
    private final Topics topics;
    private final Snapshots snapshots;
    private final long startedAt = System.nanoTime();
    private final Map<String, Supplier<Map<String, Object>>> sections = new LinkedHashMap<>();

    ServerInfo(TcpServerProperties server, Keyspace keyspace, Clients clients, Topics topics, Snapshots snapshots) {
        this.server = server;
        this.keyspace = keyspace;
        this.clients = clients;
        this.topics = topics;
        this.snapshots = snapshots;
        sections.put("Server", this::server);
        sections.put("Clients", this::clients);
        sections.put("Memory", ServerInfo::memory);
        sections.put("Persistence", this::persistence);
        sections.put("Stats", this::stats);
        sections.put("Keyspace", this::keyspace);
    }

    /** Returns the sections with the given names in lower case, or all if there are none. */
    String describe(List<String> names) {
        boolean all = names.isEmpty() || names.stream().anyMatch(EVERYTHING::contains);
        StringBuilder text = new StringBuilder();
        sections.forEach((title, facts) -> {
            if (all || names.stream().anyMatch(title::equalsIgnoreCase)) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(title)
                        .append("\r\n");
                facts.get()
                        .forEach((name, value) ->
                                text.append(name).append(':').append(value).append("\r\n"));
            }
        });
        return text.toString();
    }

    private Map<String, Object> server() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("redis_version", REDIS_VERSION);
        facts.put("redis_mode", "standalone");
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        facts.put("arch_bits", 64);
        facts.put("process_id", ProcessHandle.current().pid());
        facts.put("tcp_port", String.valueOf(server.getPort()));
        facts.put(
                "uptime_in_seconds",
                Duration.ofNanos(System.nanoTime() - startedAt).toSeconds());
        facts.put("java_version", Runtime.version());
        return facts;
    }

    private Map<String, Object> clients() {
        List<Client> connected = clients.all();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("connected_clients", connected.size());
        facts.put("maxclients", server.getMaxConnections());
        facts.put(
                "pubsub_clients",
                connected.stream().filter(client -> client.subscriptions() > 0).count());
        return facts;
    }

    private static Map<String, Object> memory() {
        Runtime jvm = Runtime.getRuntime();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("used_memory", jvm.totalMemory() - jvm.freeMemory());
        facts.put("maxmemory", jvm.maxMemory());
        return facts;
    }

    private Map<String, Object> persistence() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("loading", 0);
        facts.put("rdb_changes_since_last_save", snapshots.unsavedChanges());
        facts.put("rdb_bgsave_in_progress", snapshots.isRunning() ? 1 : 0);
        facts.put("rdb_last_save_time", snapshots.lastSave().getEpochSecond());
        facts.put("rdb_last_bgsave_status", snapshots.hasFailed() ? "err" : "ok");
        return facts;
    }

    private Map<String, Object> stats() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("total_connections_received", clients.accepted() + clients.rejected());
        facts.put("total_commands_processed", clients.commands());
        facts.put("rejected_connections", clients.rejected());
        facts.put("expired_keys", keyspace.counters().expired());
        facts.put("keyspace_hits", keyspace.counters().hits());
        facts.put("keyspace_misses", keyspace.counters().misses());
        facts.put("pubsub_channels", topics.channels().size());
        facts.put("pubsub_patterns", topics.patterns());
        return facts;
    }

    private Map<String, Object> keyspace() {
        int size = keyspace.size();
        return size == 0 ? Map.of() : Map.of("db0", "keys=" + size + ",expires=" + keyspace.expiring() + ",avg_ttl=0");
    }
}
