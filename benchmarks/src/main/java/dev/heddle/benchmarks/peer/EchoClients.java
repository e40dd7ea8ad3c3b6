package dev.heddle.benchmarks.peer;

import java.io.IOException;

/** Open connections to a server that sends back what it gets. Each method is one run of a workload. */
public interface EchoClients extends AutoCloseable {

    /** On each connection at the same time, sends a message and waits for it to come back, over and over. */
    void echo(int roundTrips) throws Exception;

    /** On each connection at the same time, sends messages one after the other and meanwhile reads them back. */
    void stream(int messages) throws Exception;

    @Override
    void close() throws IOException;
}
