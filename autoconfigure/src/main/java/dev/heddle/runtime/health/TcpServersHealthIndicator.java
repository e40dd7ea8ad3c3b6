package dev.heddle.runtime.health;

import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerMetrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link HealthIndicator} of {@link TcpServer TCP servers}: {@link Status#DOWN} when one of them was started and accepts nobody,
 * {@link Status#OUT_OF_SERVICE} when one is stopping or stopped.
 */
public class TcpServersHealthIndicator extends AbstractHealthIndicator {

    private final Iterable<TcpServer> servers;

    /**
     * Makes an indicator.
     *
     * @param servers the servers
     */
    public TcpServersHealthIndicator(Iterable<TcpServer> servers) {
        super("The TCP servers could not be asked");
        this.servers = servers;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Status status = Status.UP;
        for (TcpServer server : servers) {
            TcpServerMetrics metrics = server.metrics();
            status = worse(status, metrics.state());
            Map<String, Object> details = new LinkedHashMap<>();
            details.put("state", metrics.state().name().toLowerCase(Locale.ROOT));
            details.put("openConnections", metrics.open());
            details.put("maxConnections", metrics.maxConnections());
            builder.withDetail(server.name(), details);
        }
        builder.status(status);
    }

    private static Status worse(Status status, TcpServerMetrics.State state) {
        return switch (state) {
            case LISTENING -> status;
            case BROKEN -> Status.DOWN;
            case DRAINING, STOPPED -> status.equals(Status.DOWN) ? status : Status.OUT_OF_SERVICE;
        };
    }
}
