package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.context.TcpServers;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@link Endpoint} that shows the workers, queues and counters of a runtime, and its TCP servers. */
@Endpoint(id = "runtime")
public class RuntimeEndpoint {

    private final AsyncRuntime runtime;
    private final ObjectProvider<TcpServers> servers;

    /**
     * Makes the endpoint of a runtime.
     *
     * @param runtime the runtime
     * @param servers the TCP servers, if there are some
     */
    public RuntimeEndpoint(AsyncRuntime runtime, ObjectProvider<TcpServers> servers) {
        this.runtime = runtime;
        this.servers = servers;
    }

    /** Returns the runtime as it is now. */
    @ReadOperation
    public RuntimeDescriptor runtime() {
        TcpServers all = servers.getIfAvailable();
        return RuntimeDescriptor.of(runtime.metrics(), all == null ? List.of() : all);
    }
}
