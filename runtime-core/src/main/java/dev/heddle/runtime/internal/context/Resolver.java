package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.net.InetAddress;

/** Finds the addresses of hosts. */
@FunctionalInterface
public interface Resolver {

    /**
     * Suspends the caller until the addresses of a host are known.
     *
     * @param host a name, or an address as text
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     * @return one or more, in the order in which they should be tried
     * @throws java.net.UnknownHostException if it has none
     * @throws java.net.SocketTimeoutException if the deadline has come before the answer
     * @throws java.io.InterruptedIOException if the caller was interrupted
     * @throws IOException if the runtime takes no more lookups
     */
    InetAddress[] resolve(String host, long deadlineNanos) throws IOException;
}
