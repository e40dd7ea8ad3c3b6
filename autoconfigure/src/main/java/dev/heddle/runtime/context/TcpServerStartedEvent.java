package dev.heddle.runtime.context;

import dev.heddle.runtime.net.TcpServer;
import org.springframework.context.ApplicationEvent;

/** Published when a TCP server of the application context listens. Its port is known then, also if the system chose it. */
@SuppressWarnings("serial") // ApplicationEvent is Serializable by its history; this one stays within the JVM
public final class TcpServerStartedEvent extends ApplicationEvent {

    private final TcpServer server;

    /**
     * Makes an event.
     *
     * @param source who publishes it
     * @param server the server
     */
    public TcpServerStartedEvent(Object source, TcpServer server) {
        super(source);
        this.server = server;
    }

    /** Returns the server. */
    public TcpServer server() {
        return server;
    }
}
