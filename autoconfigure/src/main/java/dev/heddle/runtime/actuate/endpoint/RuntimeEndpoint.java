package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.AsyncRuntime;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@link Endpoint} that shows the workers, queues and counters of a runtime. */
@Endpoint(id = "runtime")
public class RuntimeEndpoint {

    private final AsyncRuntime runtime;

    /**
     * Makes the endpoint of a runtime.
     *
     * @param runtime the runtime
     */
    public RuntimeEndpoint(AsyncRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns the runtime as it is now. */
    @ReadOperation
    public RuntimeDescriptor runtime() {
        return RuntimeDescriptor.of(runtime.metrics());
    }
}
