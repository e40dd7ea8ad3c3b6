package dev.heddle.demo.command;

import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.demo.settings.SnapshotProperties;
import dev.heddle.runtime.autoconfigure.TcpServerProperties;
import java.time.Duration;
import java.util.Map;
import org.springframework.stereotype.Component;

/** The settings of this application under the names that Redis has for them, for CONFIG GET. */
@Component
final class ServerConfig {

    private final Map<String, String> parameters;

    ServerConfig(RedisProperties redis, TcpServerProperties server, SnapshotProperties snapshots) {
        Duration interval = snapshots.interval();
        this.parameters = Map.ofEntries(
                Map.entry("appendonly", "no"),
                Map.entry(
                        "bind",
                        server.getAddress() == null ? "*" : server.getAddress().getHostAddress()),
                Map.entry(
                        "client-output-buffer-limit",
                        "pubsub " + redis.pubsubOutputLimit().toBytes() + " 0 0"),
                Map.entry(
                        "client-query-buffer-limit",
                        Long.toString(redis.maxRequestLength().toBytes())),
                Map.entry("databases", "1"),
                Map.entry("dbfilename", snapshots.file().getFileName().toString()),
                Map.entry("maxclients", Integer.toString(server.getMaxConnections())),
                Map.entry("port", String.valueOf(server.getPort())),
                Map.entry(
                        "proto-max-bulk-len",
                        Long.toString(redis.maxBulkLength().toBytes())),
                Map.entry("save", interval.isZero() ? "" : Math.max(1, interval.toSeconds()) + " 1"));
    }

    /** Returns the settings by name. */
    Map<String, String> parameters() {
        return parameters;
    }
}
