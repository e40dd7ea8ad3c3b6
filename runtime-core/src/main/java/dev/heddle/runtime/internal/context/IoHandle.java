package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * What non-blocking sockets of all kinds have in common. Each is registered with the driver of a runtime for its life. Any
 * thread may call any method, several at the same time.
 *
 * <p>An operation that cannot be done at once says so; the caller then waits and tries again. Nothing is missed in between:
 * what becomes possible after the failed try ends the wait, if it was made by the same thread. A wait may also end early. All
 * operations throw {@link java.nio.channels.ClosedChannelException} once the socket is closed.
 */
public interface IoHandle {

    /** As a deadline: none. */
    long NO_DEADLINE = Long.MAX_VALUE;

    /** Returns the address of this end, or {@code null} if it has none. */
    @Nullable
    SocketAddress localAddress() throws IOException;

    /** Sets an option. */
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /** Returns the value of an option. */
    <T> @Nullable T getOption(SocketOption<T> option) throws IOException;

    /**
     * Suspends the caller until the socket is, or may be, ready to read, receive or accept.
     *
     * @param deadlineNanos when to stop waiting, in terms of the runtime's clock, or {@link #NO_DEADLINE}
     * @return whether the wait ended in time
     * @throws IOException if the socket is closed, the runtime shut down, or the caller interrupted
     */
    boolean awaitReadable(long deadlineNanos) throws IOException;

    /** The same as {@link #awaitReadable} for writing, sending or finishing a connect. */
    boolean awaitWritable(long deadlineNanos) throws IOException;

    /**
     * Suspends the caller until a deadline, or the close of the socket, which throws.
     *
     * @param deadlineNanos as for {@link #awaitReadable}
     */
    void awaitClose(long deadlineNanos) throws IOException;

    /**
     * Returns whether a read or a receive has something to take now, the end of a stream included. Takes nothing. Not for
     * listeners.
     *
     * @throws IOException if the connection is lost or the peer unreachable, which is told once: by this or by the read
     */
    boolean isReadable() throws IOException;

    /**
     * Has a listener run when the socket is, or may be, ready to read, receive or accept, or has ended; at once if it is so
     * already. For those who wait for several things: after an operation that was not possible, by the same thread.
     *
     * @param listener run on any thread, perhaps more than once; must be short and must not wait
     * @return what to run, once, when it is not wanted any more; the listener may run all the same
     */
    Runnable whenReadable(Runnable listener);

    /** The same as {@link #whenReadable} for the end of the socket alone. */
    Runnable whenEnded(Runnable listener);

    /**
     * Throws what a wait would throw if the socket has ended.
     *
     * @throws IOException if it is closed or its runtime shut down
     */
    void requireUsable() throws IOException;

    /** Returns whether it was not closed. */
    boolean isOpen();

    /** Closes the socket and wakes whoever waits for it. Closing twice has no effect. */
    void close() throws IOException;
}
