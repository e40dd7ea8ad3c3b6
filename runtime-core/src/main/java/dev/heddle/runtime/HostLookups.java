package dev.heddle.runtime;

import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Looks hosts up on threads of the blocking pool, since the system's call holds its thread and cannot be interrupted. A
 * name server that does not answer takes {@value #MAX_LOOKUPS} threads at most; who comes then waits for one of them.
 */
final class HostLookups implements Resolver {

    /** How many lookups may be in progress at the same time, those that nobody waits for any more included. */
    static final int MAX_LOOKUPS = 16;

    /** The system's way to look up a host. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final Function<Callable<InetAddress[]>, JoinHandle<InetAddress[]>> spawnBlocking;
    private final Lookup lookup;
    private final Semaphore lane = new Semaphore(MAX_LOOKUPS);

    HostLookups(Function<Callable<InetAddress[]>, JoinHandle<InetAddress[]>> spawnBlocking, Lookup lookup) {
        this.spawnBlocking = spawnBlocking;
        this.lookup = lookup;
    }

    @Override
    public InetAddress[] resolve(String host, long deadlineNanos) throws IOException {
        InetAddress literal = literalOrNull(host);
        return literal == null ? lookUp(host, deadlineNanos) : new InetAddress[] {literal};
    }

    /** An address as text is nothing to be looked up, nor to wait behind a name server that does not answer. */
    private static @Nullable InetAddress literalOrNull(String host) {
        boolean mayBe = host.indexOf(':') >= 0 || (!host.isEmpty() && host.charAt(0) >= '0' && host.charAt(0) <= '9');
        if (!mayBe) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    private InetAddress[] lookUp(String host, long deadlineNanos) throws IOException {
        try {
            if (!lane.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw late(host);
            }
            JoinHandle<InetAddress[]> answer = begin(host);
            try {
                return answer.toCompletableFuture().get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            } finally {
                // Of no effect once it has ended.
                answer.abort();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while looking up " + host);
        } catch (TimeoutException e) {
            throw late(host);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException("Cannot look up " + host, e);
        } catch (RejectedExecutionException | CancellationException e) {
            // The runtime takes no more, or has ended this one: it is shut down.
            throw new IOException("Cannot look up " + host + " now", e);
        }
    }

    private JoinHandle<InetAddress[]> begin(String host) {
        boolean begun = false;
        try {
            JoinHandle<InetAddress[]> answer = spawnBlocking.apply(() -> lookup.addressesOf(host));
            // Not when somebody stops waiting: the thread is held until the system returns.
            answer.toCompletableFuture().whenComplete((addresses, failure) -> lane.release());
            begun = true;
            return answer;
        } finally {
            if (!begun) {
                lane.release();
            }
        }
    }

    private static SocketTimeoutException late(String host) {
        return new SocketTimeoutException("No address of " + host + " in time");
    }
}
