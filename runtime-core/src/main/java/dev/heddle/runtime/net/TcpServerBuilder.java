package dev.heddle.runtime.net;

import dev.heddle.runtime.task.Spawner;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link TcpServer}. Not thread-safe. Every setter checks its argument and throws {@link IllegalArgumentException}
 * with a message that names the value and the limit.
 *
 * {@snippet class="dev.heddle.runtime.examples.ServerExamples" region="builder"}
 */
public final class TcpServerBuilder {

    /** The most connections of a server, unless said otherwise. */
    public static final int DEFAULT_MAX_CONNECTIONS = 10_000;

    final Spawner spawner;
    final ConnectionHandler handler;
    String name = "tcp";
    InetSocketAddress address = new InetSocketAddress(0);
    int backlog = TcpListener.DEFAULT_BACKLOG;
    boolean reusePort;
    int maxConnections = DEFAULT_MAX_CONNECTIONS;
    TcpServer.Overflow overflow = TcpServer.Overflow.WAIT;

    @Nullable
    Duration idleTimeout;

    TcpServerBuilder(Spawner spawner, ConnectionHandler handler) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
        this.handler = Objects.requireNonNull(handler, "handler");
    }

    private TcpServerBuilder(TcpServerBuilder other) {
        this.spawner = other.spawner;
        this.handler = other.handler;
        this.name = other.name;
        this.address = other.address;
        this.backlog = other.backlog;
        this.reusePort = other.reusePort;
        this.maxConnections = other.maxConnections;
        this.overflow = other.overflow;
        this.idleTimeout = other.idleTimeout;
    }

    /**
     * Sets the name, which starts the names of its tasks: {@code <name>-accept}, {@code <name>-connection}. Default:
     * {@code tcp}.
     *
     * @param name not blank
     */
    public TcpServerBuilder name(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The name of a server must not be blank");
        }
        this.name = name;
        return this;
    }

    /**
     * Sets where to listen. Default: all addresses of the machine, and a port that the system chooses at each start.
     *
     * @param address resolved; port 0 lets the system choose
     */
    public TcpServerBuilder address(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("The address of a server must be resolved: " + address);
        }
        this.address = address;
        return this;
    }

    /**
     * Sets how many connections may wait to be accepted. Default: {@value TcpListener#DEFAULT_BACKLOG}.
     *
     * @param backlog at least 1; the system may allow fewer
     */
    public TcpServerBuilder backlog(int backlog) {
        this.backlog = atLeastOne("backlog", backlog);
        return this;
    }

    /**
     * Sets whether other listeners may bind the same address. Default: not.
     *
     * @param reusePort whether they may
     * @see TcpListener#bind(InetSocketAddress, int, boolean)
     */
    public TcpServerBuilder reusePort(boolean reusePort) {
        this.reusePort = reusePort;
        return this;
    }

    /**
     * Sets the most connections that are served at a time. Default: {@value #DEFAULT_MAX_CONNECTIONS}. The system has limits of
     * its own: each takes a descriptor.
     *
     * @param maxConnections at least 1
     */
    public TcpServerBuilder maxConnections(int maxConnections) {
        this.maxConnections = atLeastOne("number of connections", maxConnections);
        return this;
    }

    /**
     * Sets what to do about clients beyond the most connections. Default: {@link TcpServer.Overflow#WAIT}.
     *
     * @param overflow what
     */
    public TcpServerBuilder overflow(TcpServer.Overflow overflow) {
        this.overflow = Objects.requireNonNull(overflow, "overflow");
        return this;
    }

    /**
     * Has connections closed on which no byte was read or written for a time, whatever their handlers are doing. The handler's
     * read or write then throws {@link java.nio.channels.ClosedChannelException}. A connection is closed once the time is over
     * and before nine eighths of it are, by the clock of the runtime. Bytes of TLS count too: those of a handshake, and those of
     * a record that is not there as a whole yet. Default: never.
     *
     * @param timeout positive, or {@code null} for never
     */
    public TcpServerBuilder idleTimeout(@Nullable Duration timeout) {
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException("The idle timeout of a server must be positive: " + timeout);
        }
        this.idleTimeout = timeout;
        return this;
    }

    /** Returns a new server. It does not listen yet. */
    public TcpServer build() {
        return new TcpServer(new TcpServerBuilder(this));
    }

    private static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("The " + what + " of a server must be at least 1: " + value);
        }
        return value;
    }
}
