package dev.heddle.runtime.context;

import dev.heddle.runtime.net.TcpServer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;

/** The ports of running servers as properties {@code local.tcp-server.<name>.port}, for tests and for whoever registers them. */
final class LocalPorts {

    private static final String SOURCE = "heddle.tcp-servers.ports";

    private final Map<String, Object> ports;

    /** Makes the property source known, or goes on with the one that is there, from a context that shares the environment. */
    @SuppressWarnings("unchecked")
    LocalPorts(ConfigurableEnvironment environment) {
        MutablePropertySources sources = environment.getPropertySources();
        if (!(sources.get(SOURCE) instanceof MapPropertySource)) {
            sources.addFirst(new MapPropertySource(SOURCE, new ConcurrentHashMap<>()));
        }
        this.ports = (Map<String, Object>)
                Objects.requireNonNull(sources.get(SOURCE)).getSource();
    }

    void put(TcpServer server) {
        ports.put(property(server), server.localAddress().getPort());
    }

    void remove(TcpServer server) {
        ports.remove(property(server));
    }

    private static String property(TcpServer server) {
        return "local.tcp-server." + server.name() + ".port";
    }
}
