package dev.heddle.runtime.context;

import dev.heddle.runtime.net.TcpServer;
import java.time.Duration;

/**
 * A server that starts and stops with its application context.
 *
 * @param server the server
 * @param drainTimeout how long its connections may take to come to an end; not negative
 */
public record ManagedTcpServer(TcpServer server, Duration drainTimeout) {}
