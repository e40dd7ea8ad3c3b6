package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.net.TcpServer;
import dev.heddle.runtime.net.TcpServerBuilder;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Configuration properties of one TCP server, below {@code heddle.tcp-servers.<name>}. */
public class TcpServerProperties {

    /** Whether there is a server for the ConnectionHandler bean of this name. */
    private boolean enabled = true;

    /** Network address to listen on. All addresses of the machine by default. */
    private @Nullable InetAddress address;

    /** Port to listen on; 0 lets the system choose. Required. */
    private @Nullable Integer port;

    /** Number of connections that may wait to be accepted. The system may allow fewer. */
    private int backlog = TcpListener.DEFAULT_BACKLOG;

    /** Whether other listeners may bind the same address, each getting its share of the connections. */
    private boolean reusePort;

    /** Most connections that are served at a time. */
    private int maxConnections = TcpServerBuilder.DEFAULT_MAX_CONNECTIONS;

    /** What to do about clients beyond the most connections. */
    private TcpServer.Overflow overflow = TcpServer.Overflow.WAIT;

    /** Time after which a connection is closed on which no byte came or went. Zero or unset for never. */
    private @Nullable Duration idleTimeout;

    /**
     * Time that connections have to come to an end when the application closes, before they are aborted. By default a
     * little less than "spring.lifecycle.timeout-per-shutdown-phase".
     */
    private @Nullable Duration drainTimeout;

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public @Nullable InetAddress getAddress() {
        return address;
    }

    public void setAddress(@Nullable InetAddress address) {
        this.address = address;
    }

    public @Nullable Integer getPort() {
        return port;
    }

    public void setPort(@Nullable Integer port) {
        this.port = port;
    }

    public int getBacklog() {
        return backlog;
    }

    public void setBacklog(int backlog) {
        this.backlog = backlog;
    }

    public boolean isReusePort() {
        return reusePort;
    }

    public void setReusePort(boolean reusePort) {
        this.reusePort = reusePort;
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public TcpServer.Overflow getOverflow() {
        return overflow;
    }

    public void setOverflow(TcpServer.Overflow overflow) {
        this.overflow = overflow;
    }

    public @Nullable Duration getIdleTimeout() {
        return idleTimeout;
    }

    public void setIdleTimeout(@Nullable Duration idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public @Nullable Duration getDrainTimeout() {
        return drainTimeout;
    }

    public void setDrainTimeout(@Nullable Duration drainTimeout) {
        this.drainTimeout = drainTimeout;
    }
}
