package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.net.TcpServerBuilder;

/** Changes the builders of auto-configured TCP servers after their {@code heddle.tcp-servers.*} properties have been applied. */
@FunctionalInterface
public interface TcpServerBuilderCustomizer {

    /**
     * Changes the builder of one server.
     *
     * @param server the name of the server
     * @param builder its builder
     */
    void customize(String server, TcpServerBuilder builder);
}
