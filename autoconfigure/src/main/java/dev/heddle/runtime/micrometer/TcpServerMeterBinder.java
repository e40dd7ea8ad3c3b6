package dev.heddle.runtime.micrometer;

import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;

/** {@link MeterBinder} for {@link TcpServer TCP servers}. Each meter is tagged with the name of its {@code server}. */
public class TcpServerMeterBinder implements MeterBinder {

    private final Iterable<TcpServer> servers;
    private final Tags tags;

    /**
     * Makes a binder without extra tags.
     *
     * @param servers the servers to be measured
     */
    public TcpServerMeterBinder(Iterable<TcpServer> servers) {
        this(servers, Tags.empty());
    }

    /**
     * Makes a binder.
     *
     * @param servers the servers to be measured
     * @param tags put on every meter
     */
    public TcpServerMeterBinder(Iterable<TcpServer> servers, Iterable<Tag> tags) {
        this.servers = servers;
        this.tags = Tags.of(tags);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        servers.forEach(
                server -> bind(new MeterGroup<>(registry, tags, server::metrics).tagged("server", server.name())));
    }

    private static void bind(MeterGroup<TcpServerMetrics> group) {
        group.gauge(
                "heddle.tcp.server.connections",
                BaseUnits.CONNECTIONS,
                "Connections that are being served",
                TcpServerMetrics::open);
        group.gauge(
                "heddle.tcp.server.connections.max",
                null,
                "Most connections that the server serves at a time",
                TcpServerMetrics::maxConnections);
        group.counter(
                "heddle.tcp.server.connections.accepted",
                null,
                "Connections that the server has served or is serving",
                TcpServerMetrics::accepted);
        group.counter(
                "heddle.tcp.server.connections.refused",
                null,
                "Connections turned away because there were too many",
                TcpServerMetrics::refused);
        group.counter(
                "heddle.tcp.server.connections.failed",
                null,
                "Connections that ended by a failure of the handler",
                TcpServerMetrics::failed);
        group.counter(
                "heddle.tcp.server.connections.idle.closed",
                null,
                "Connections closed because nothing came or went for too long",
                TcpServerMetrics::idleClosed);
        group.counter(
                "heddle.tcp.server.accept.errors",
                null,
                "Times that the system would not give the server a connection",
                TcpServerMetrics::acceptErrors);
        String bytes = "Bytes that handlers have read and written";
        group.tagged("direction", "read")
                .counter("heddle.tcp.server.bytes", BaseUnits.BYTES, bytes, TcpServerMetrics::bytesRead);
        group.tagged("direction", "written")
                .counter("heddle.tcp.server.bytes", BaseUnits.BYTES, bytes, TcpServerMetrics::bytesWritten);
    }
}
