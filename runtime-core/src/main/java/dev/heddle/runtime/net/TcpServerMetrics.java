package dev.heddle.runtime.net;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TcpServer} at one moment. Counters count from the making of the server, over all its starts.
 *
 * {@snippet class="dev.heddle.runtime.examples.ServerExamples" region="metrics"}
 *
 * @param name the name of the server
 * @param state what it is doing
 * @param address where it listens, or {@code null} when it is stopped
 * @param open connections that are being served
 * @param maxConnections the most connections that it serves at a time
 * @param accepted connections that it has served, or is serving
 * @param refused connections that were turned away because there were too many
 * @param failed connections that ended by a failure of the handler
 * @param idleClosed connections that were closed because nothing came or went for too long
 * @param acceptErrors times that the system would not give it a connection, for want of descriptors say
 * @param bytesRead bytes that handlers have read; those of a connection under TLS after they were decrypted
 * @param bytesWritten bytes that handlers have written; those of a connection under TLS before they were encrypted
 */
public record TcpServerMetrics(
        String name,
        State state,
        @Nullable InetSocketAddress address,
        int open,
        int maxConnections,
        long accepted,
        long refused,
        long failed,
        long idleClosed,
        long acceptErrors,
        long bytesRead,
        long bytesWritten) {

    /** What a server is doing. */
    public enum State {
        /** Not started, or stopped. */
        STOPPED,
        /** Accepting and serving connections. */
        LISTENING,
        /** Stopping: accepting nobody, waiting for the connections that are left. */
        DRAINING,
        /** Started, but accepting nobody: the task that accepts was aborted, or the runtime shut down. */
        BROKEN
    }
}
