package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams.
 *
 * <pre>
 *   receive    ──not now──▶ awaitReadable
 *   send       ──not now──▶ awaitWritable
 * </pre>
 */
public interface IoDatagramSocket extends IoHandle {

    /**
     * Receives the next datagram. What there is no room for is lost.
     *
     * @param buffer filled from its position; may have no room
     * @return where it came from; {@code null} for not now
     * @throws java.net.PortUnreachableException if the peer has answered that nobody receives there
     */
    @Nullable
    InetSocketAddress receive(ByteBuffer buffer) throws IOException;

    /**
     * Sends a datagram.
     *
     * @param buffer all of it; may be empty
     * @param target where to; {@code null} for the peer that this is connected to
     * @return whether it was sent; {@code false} for not now
     * @throws java.net.PortUnreachableException if the peer has answered an earlier one that nobody receives there
     */
    boolean send(ByteBuffer buffer, @Nullable InetSocketAddress target) throws IOException;

    /**
     * Binds it to a peer: only the peer's datagrams are received from now on. Those that came before are lost. Called once.
     *
     * @param peer where to; resolved
     */
    void connect(InetSocketAddress peer) throws IOException;

    /** Joins a group, of the socket's own family, at an interface; has no effect if that was done before. */
    void join(InetAddress group, NetworkInterface at) throws IOException;

    /** Leaves a group; has no effect if it was not joined. */
    void leave(InetAddress group, NetworkInterface at) throws IOException;
}
