package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The I/O driver of a runtime: opens sockets that it watches from then on. */
public interface IoDriver {

    /**
     * Opens a socket that listens for connections, with {@code SO_REUSEADDR} where that is about old connections and not
     * about other listeners.
     *
     * @param address where; a port of 0 lets the system choose
     * @param backlog how many connections may wait to be accepted
     * @param reusePort whether other sockets may listen there too, each getting its share
     * @throws IOException if the address cannot be bound, the runtime is shut down or the system refuses
     */
    IoSocket listen(SocketAddress address, int backlog, boolean reusePort) throws IOException;

    /**
     * Opens a socket and begins to connect it. The caller goes on with {@link IoSocket#finishConnect()}.
     *
     * @param address where to; resolved
     * @throws IOException if the attempt fails at once, the runtime is shut down or the system refuses
     */
    IoSocket connect(SocketAddress address) throws IOException;

    /**
     * Opens a socket for datagrams, of IPv4 or of IPv6 as its address is. One of IPv6 that is bound to the wildcard reaches
     * IPv4 as well.
     *
     * @param address where; resolved; a port of 0 lets the system choose
     * @param shareAddress whether other sockets that say so too may have the same address
     * @throws IOException if the address cannot be bound, the runtime is shut down or the system refuses
     */
    IoDatagramSocket bind(InetSocketAddress address, boolean shareAddress) throws IOException;
}
