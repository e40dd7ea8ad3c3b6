package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.context.ManagedTcpServer;
import dev.heddle.runtime.context.TcpServerStartException;
import dev.heddle.runtime.context.TcpServers;
import dev.heddle.runtime.net.ConnectionHandler;
import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerBuilder;
import dev.heddle.runtime.task.Spawner;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/** Makes a server of each {@link ConnectionHandler} bean and its {@link TcpServerProperties}. */
final class TcpServersMapping {

    private static final Log logger = LogFactory.getLog(TcpServersMapping.class);

    private static final String SUFFIX = "ConnectionHandler";
    private static final Pattern HUMP = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])");

    /** The most that {@link TcpServer#stop} takes beyond its timeout. */
    private static final Duration UNWINDING = Duration.ofSeconds(1);

    /** What is left by default to aborted handlers, so that they are through before the phase is over. */
    private static final Duration LONGEST_RESERVE = Duration.ofSeconds(2);

    private static final Duration DEFAULT_DRAIN_TIMEOUT = Duration.ofSeconds(20);

    private final Map<String, TcpServerProperties> properties;
    private final Spawner spawner;
    private final @Nullable Duration phaseTimeout;
    private final List<TcpServerBuilderCustomizer> customizers;

    /**
     * Makes a mapping.
     *
     * @param properties by the name of the server
     * @param spawner the runtime of the servers
     * @param phaseTimeout how long the context waits for all beans of one phase to stop, or {@code null} if that is not known
     * @param customizers change the builders
     */
    TcpServersMapping(
            Map<String, TcpServerProperties> properties,
            Spawner spawner,
            @Nullable Duration phaseTimeout,
            List<TcpServerBuilderCustomizer> customizers) {
        this.properties = properties;
        this.spawner = spawner;
        this.phaseTimeout = phaseTimeout;
        this.customizers = customizers;
    }

    /** Returns the name of the server of a handler bean: {@code mailRelayConnectionHandler} has {@code mail-relay}. */
    static String serverName(String beanName) {
        String stem = beanName.length() > SUFFIX.length() && beanName.endsWith(SUFFIX)
                ? beanName.substring(0, beanName.length() - SUFFIX.length())
                : beanName;
        return HUMP.matcher(stem).replaceAll("-").toLowerCase(Locale.ROOT);
    }

    /** Returns a name as Boot compares it: environment variables have neither hyphens nor upper and lower case. */
    private static String uniform(String name) {
        return name.replace("-", "").toLowerCase(Locale.ROOT);
    }

    /** Returns the servers of handlers by bean name, in the same order, without those that are disabled. */
    List<ManagedTcpServer> servers(Map<String, ConnectionHandler> handlers) {
        Map<String, String> beans = new HashMap<>();
        List<ManagedTcpServer> servers = new ArrayList<>();
        handlers.forEach((bean, handler) -> {
            String name = serverName(bean);
            String other = beans.put(uniform(name), bean);
            if (other != null) {
                throw new TcpServerStartException(
                        "The beans '" + other + "' and '" + bean + "' are both the handler of TCP server '" + name
                                + "'.",
                        "Rename one of them.");
            }
            TcpServerProperties settings = settings(name);
            if (settings.isEnabled()) {
                servers.add(server(name, bean, handler, settings));
            }
        });
        return servers;
    }

    private TcpServerProperties settings(String name) {
        TcpServerProperties settings = properties.get(name);
        return settings != null
                ? settings
                : properties.entrySet().stream()
                        .filter(entry -> uniform(entry.getKey()).equals(uniform(name)))
                        .map(Map.Entry::getValue)
                        .findFirst()
                        .orElseGet(TcpServerProperties::new);
    }

    /**
     * Warns of settings for servers that there are not.
     *
     * @param names what there are settings for
     * @param handlers the names of the handler beans
     */
    static void warnOfSettings(Set<String> names, Set<String> handlers) {
        List<String> handled =
                handlers.stream().map(TcpServersMapping::serverName).toList();
        Set<String> known = handled.stream().map(TcpServersMapping::uniform).collect(Collectors.toSet());
        for (String name : names) {
            if (!known.contains(uniform(name))) {
                logger.warn(TcpServers.property(name) + " has no effect: there is no ConnectionHandler bean"
                        + (handled.isEmpty() ? "" : " of that name. There are handlers of " + handled)
                        + ". A name with dots needs brackets: heddle.tcp-servers[mail.in].port");
            }
        }
    }

    private ManagedTcpServer server(String name, String bean, ConnectionHandler handler, TcpServerProperties settings) {
        String prefix = TcpServers.property(name) + ".";
        if (settings.getPort() == null) {
            throw new TcpServerStartException(
                    "TCP server '" + name + "', which the bean '" + bean + "' is the handler of, has no port.",
                    "Set '" + prefix + "port'; 0 lets the system choose. To have no server, set '" + prefix
                            + "enabled' to false.");
        }
        TcpServerBuilder builder = TcpServer.builder(spawner, handler);
        PropertiesMapping.apply("heddle.tcp-servers", name, builder::name);
        PropertiesMapping.apply(
                prefix + "port",
                settings.getPort(),
                port -> builder.address(
                        settings.getAddress() == null
                                ? new InetSocketAddress(port)
                                : new InetSocketAddress(settings.getAddress(), port)));
        PropertiesMapping.apply(prefix + "backlog", settings.getBacklog(), builder::backlog);
        PropertiesMapping.apply(prefix + "max-connections", settings.getMaxConnections(), builder::maxConnections);
        Duration idleTimeout = settings.getIdleTimeout();
        PropertiesMapping.apply(
                prefix + "idle-timeout",
                idleTimeout == null || idleTimeout.isZero() ? null : idleTimeout,
                builder::idleTimeout);
        builder.reusePort(settings.isReusePort()).overflow(settings.getOverflow());
        customizers.forEach(customizer -> customizer.customize(name, builder));
        return new ManagedTcpServer(
                builder.build(), drainTimeout(prefix + "drain-timeout", settings.getDrainTimeout()));
    }

    private Duration drainTimeout(String property, @Nullable Duration timeout) {
        if (timeout == null) {
            return defaultDrainTimeout();
        }
        if (timeout.isNegative()) {
            throw new InvalidConfigurationPropertyValueException(
                    property,
                    timeout,
                    "The drain timeout of a server must not be negative. Remove the property to have its default.");
        }
        if (phaseTimeout != null && timeout.compareTo(phaseTimeout.minus(UNWINDING)) > 0) {
            logger.warn(property + " (" + timeout + ") and what aborted handlers may take to unwind (" + UNWINDING
                    + ") are together more than spring.lifecycle.timeout-per-shutdown-phase (" + phaseTimeout
                    + "): the context may go on to stop beans that connections still use. Make the former smaller or"
                    + " the latter larger.");
        }
        return timeout;
    }

    private Duration defaultDrainTimeout() {
        if (phaseTimeout == null) {
            return DEFAULT_DRAIN_TIMEOUT;
        }
        Duration tenth = phaseTimeout.dividedBy(10);
        return phaseTimeout.minus(tenth.compareTo(LONGEST_RESERVE) < 0 ? tenth : LONGEST_RESERVE);
    }
}
