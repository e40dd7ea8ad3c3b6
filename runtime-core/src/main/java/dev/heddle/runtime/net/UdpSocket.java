package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.context.IoHandle;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.sync.Selectable;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket, whose operations suspend the calling task while they wait. Each sends or receives one datagram, whole or not
 * at all.
 *
 * <p>It is bound to an address when it is made, and then either sends to and receives from anybody, or is
 * {@linkplain #connect connected} to one peer:
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="udp"}
 *
 * <p>A datagram that is longer than the buffer that it is received into is <em>cut off</em>: the buffer is filled and the
 * rest is lost, without a sign. A buffer with one byte more than the longest datagram that is expected tells: it is full only
 * if one was longer. A datagram may be empty.
 *
 * <p>The system drops what it has no room for. Nothing is lost here: an interrupted or timed out wait has received, or sent,
 * nothing, and the datagram that comes next goes to the next call.
 *
 * <p>It belongs to the runtime of the task that made it, and any number of that runtime's tasks of all kinds may send and
 * receive at the same time; each datagram goes to one of them. {@link #close()} may be called from any thread. Every operation
 * that waits throws {@link java.io.InterruptedIOException} if the calling task is aborted or its thread interrupted meanwhile,
 * {@link java.nio.channels.ClosedChannelException} if the socket is closed, before or while it waits, and an
 * {@link IOException} that says so once the runtime is shut down.
 */
public final class UdpSocket implements Closeable {

    private final IoDatagramSocket socket;
    private final Timers timers;
    private final boolean inet6;
    private volatile long readTimeoutNanos = IoHandle.NO_DEADLINE;
    private volatile long writeTimeoutNanos = IoHandle.NO_DEADLINE;
    private volatile @Nullable InetSocketAddress peer;

    UdpSocket(IoDatagramSocket socket, Timers timers, boolean inet6) {
        this.socket = socket;
        this.timers = timers;
        this.inet6 = inet6;
    }

    /**
     * Binds a socket to an address that nobody else has.
     *
     * <p>The socket is of IPv4 or of IPv6, as the address is, and reaches addresses of its own kind; one of IPv6 that is bound
     * to the wildcard {@code ::} reaches IPv4 as well, {@code 0.0.0.0} is of IPv4 alone.
     *
     * @param address where to receive; port 0 lets the system choose
     * @return the socket
     * @throws IOException if the address cannot be bound or the runtime is shut down
     * @throws java.nio.channels.UnresolvedAddressException if the address is not resolved
     * @throws IllegalStateException if the caller is not a task
     */
    public static UdpSocket bind(InetSocketAddress address) throws IOException {
        return bind(address, false);
    }

    /**
     * Binds a socket to an address that others may bind too, if they say so as well ({@code SO_REUSEADDR}). What is sent to a
     * group goes to each of its members; of any other datagram the system chooses who gets it.
     *
     * @param address as for {@link #bind(InetSocketAddress)}
     * @param shareAddress whether others may have the address
     * @return the socket
     * @throws IOException as {@link #bind(InetSocketAddress)} does
     * @throws IllegalStateException if the caller is not a task
     */
    public static UdpSocket bind(InetSocketAddress address, boolean shareAddress) throws IOException {
        TaskContext context = CurrentTask.require("UdpSocket.bind");
        IoDatagramSocket socket = context.io().bind(address, shareAddress);
        return new UdpSocket(socket, context.timers(), address.getAddress() instanceof Inet6Address);
    }

    /**
     * Connects to a peer: only its datagrams are received from now on, those that others have sent before are dropped, and
     * {@link #read(ByteBuffer)} and {@link #write(ByteBuffer)} can be used. Nothing is sent for it, so the peer need not
     * exist; if the answer to a datagram is that nobody receives there, a later operation throws
     * {@link java.net.PortUnreachableException}, and the socket can be used further. Does not wait. Not to be called by several
     * tasks at once.
     *
     * @param to the peer; resolved
     * @throws IOException if the system refuses
     * @throws AlreadyConnectedException if it is connected
     * @throws java.nio.channels.UnresolvedAddressException if the address is not resolved
     */
    public void connect(InetSocketAddress to) throws IOException {
        if (peer != null) {
            throw new AlreadyConnectedException();
        }
        socket.connect(to);
        peer = to;
    }

    /**
     * Receives the next datagram, waiting until there is one.
     *
     * @param buffer filled from its position to its limit at most; of the heap, direct, or
     *     {@link MemorySegment#asByteBuffer()}
     * @return who sent it
     * @throws java.net.PortUnreachableException if this is connected and the peer's machine has answered that nobody receives
     *     there
     * @throws SocketTimeoutException if {@linkplain #setReadTimeout the time} is over
     * @throws IOException if the socket is closed, the wait interrupted or the runtime shut down
     * @throws IllegalArgumentException if the buffer is read-only
     */
    public InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        Buffers.requireWritable(buffer);
        InetSocketAddress sender = socket.receive(buffer);
        if (sender == null) {
            long limit = readTimeoutNanos;
            long deadline = Timeouts.deadline(limit, timers);
            do {
                if (!socket.awaitReadable(deadline)) {
                    throw new SocketTimeoutException("No datagram within " + Duration.ofNanos(limit));
                }
                sender = socket.receive(buffer);
            } while (sender == null);
        }
        CurrentTask.consumeBudget();
        return sender;
    }

    /**
     * Sends a datagram, waiting until the system takes it. That it was sent does not mean that it arrives.
     *
     * @param buffer all from its position to its limit is sent, also nothing; of the heap or direct
     * @param target where to; resolved
     * @throws java.net.SocketException if it is longer than datagrams can be, or the system refuses otherwise
     * @throws AlreadyConnectedException if this is connected to somebody else
     * @throws java.nio.channels.UnresolvedAddressException if the target is not resolved
     * @throws java.nio.channels.UnsupportedAddressTypeException if the socket is of IPv4 and the target is not
     * @throws SocketTimeoutException if {@linkplain #setWriteTimeout the time} is over
     * @throws IOException as {@link #receive} does
     */
    public void send(ByteBuffer buffer, InetSocketAddress target) throws IOException {
        InetSocketAddress connectedTo = peer;
        if (connectedTo != null && !connectedTo.equals(target)) {
            throw new AlreadyConnectedException();
        }
        sendTo(buffer, connectedTo == null ? target : null);
    }

    /**
     * Sends a memory segment as {@link #send(ByteBuffer, InetSocketAddress)} does.
     *
     * @param segment all of it is sent
     * @param target where to; resolved
     * @throws IOException as {@link #send(ByteBuffer, InetSocketAddress)} does
     */
    public void send(MemorySegment segment, InetSocketAddress target) throws IOException {
        send(segment.asByteBuffer(), target);
    }

    private void sendTo(ByteBuffer buffer, @Nullable InetSocketAddress target) throws IOException {
        if (!socket.send(buffer, target)) {
            long limit = writeTimeoutNanos;
            long deadline = Timeouts.deadline(limit, timers);
            do {
                if (!socket.awaitWritable(deadline)) {
                    throw new SocketTimeoutException("No room to send within " + Duration.ofNanos(limit));
                }
            } while (!socket.send(buffer, target));
        }
        CurrentTask.consumeBudget();
    }

    /**
     * Receives the next datagram of the peer, waiting until there is one.
     *
     * @param buffer as for {@link #receive}
     * @return how many bytes were received; 0 for an empty datagram, and if the buffer has no room; never the end of anything
     * @throws NotYetConnectedException if this is not connected
     * @throws IOException as {@link #receive} does
     */
    public int read(ByteBuffer buffer) throws IOException {
        requireConnected();
        int before = buffer.position();
        receive(buffer);
        return buffer.position() - before;
    }

    /**
     * The same as {@link #read(ByteBuffer)} for a memory segment.
     *
     * @param segment filled from its beginning
     */
    public int read(MemorySegment segment) throws IOException {
        return read(segment.asByteBuffer());
    }

    /**
     * Sends a datagram to the peer, as {@link #send(ByteBuffer, InetSocketAddress)} does.
     *
     * @param buffer all from its position to its limit is sent, also nothing
     * @throws java.net.PortUnreachableException if the peer's machine has answered an earlier one that nobody receives there;
     *     this one was then not sent
     * @throws NotYetConnectedException if this is not connected
     * @throws IOException as {@link #send(ByteBuffer, InetSocketAddress)} does
     */
    public void write(ByteBuffer buffer) throws IOException {
        requireConnected();
        sendTo(buffer, null);
    }

    /**
     * The same as {@link #write(ByteBuffer)} for a memory segment.
     *
     * @param segment all of it is sent
     */
    public void write(MemorySegment segment) throws IOException {
        write(segment.asByteBuffer());
    }

    private void requireConnected() {
        if (peer == null) {
            throw new NotYetConnectedException();
        }
    }

    /**
     * Limits how long each {@link #receive} and {@link #read(ByteBuffer)} waits, from now on. One that takes longer throws
     * {@link SocketTimeoutException}, having received nothing.
     *
     * @param timeout positive, or {@code null} for no limit, as it is at first
     */
    public void setReadTimeout(@Nullable Duration timeout) {
        readTimeoutNanos = Timeouts.limit(timeout);
    }

    /**
     * Limits how long each {@link #send(ByteBuffer, InetSocketAddress)} and {@link #write(ByteBuffer)} waits for room; as
     * {@link #setReadTimeout}.
     *
     * @param timeout positive, or {@code null} for no limit, as it is at first
     */
    public void setWriteTimeout(@Nullable Duration timeout) {
        writeTimeoutNanos = Timeouts.limit(timeout);
    }

    /**
     * Receives what is sent to a group from now on, if it is sent to the port of this socket and comes in at a network
     * interface. The socket must be bound to the wildcard or to the group. Joining twice has no effect.
     *
     * @param group an address of multicast, of IPv4 or IPv6 as the socket is
     * @param at the interface
     * @throws IOException if the socket is closed or the system refuses
     * @throws IllegalArgumentException if it is not such an address
     */
    public void join(InetAddress group, NetworkInterface at) throws IOException {
        requireGroup(group);
        socket.join(group, at);
    }

    /**
     * Takes back a {@link #join}. Has no effect if there was none.
     *
     * @param group the group
     * @param at the interface
     * @throws IOException if the socket is closed or the system refuses
     * @throws IllegalArgumentException if it is not an address as for {@link #join}
     */
    public void leave(InetAddress group, NetworkInterface at) throws IOException {
        requireGroup(group);
        socket.leave(group, at);
    }

    private void requireGroup(InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("Not an address of multicast: " + group);
        }
        if (group instanceof Inet6Address != inet6) {
            throw new IllegalArgumentException("A socket of " + (inet6 ? "IPv6" : "IPv4") + " cannot join " + group);
        }
    }

    /**
     * Sets at which network interface leaves what is sent to groups. At first the system chooses.
     *
     * @param at the interface
     * @throws IOException if the socket is closed or the system refuses
     */
    public void setMulticastInterface(NetworkInterface at) throws IOException {
        setOption(StandardSocketOptions.IP_MULTICAST_IF, at);
    }

    /**
     * Sets how many routers may pass on what is sent to groups.
     *
     * @param hops from 0, for not even leaving this machine, to 255; 1 at first, for the local network
     * @throws IOException if the socket is closed
     */
    public void setMulticastTimeToLive(int hops) throws IOException {
        if (hops < 0 || hops > 255) {
            throw new IllegalArgumentException("A time to live is from 0 to 255: " + hops);
        }
        setOption(StandardSocketOptions.IP_MULTICAST_TTL, hops);
    }

    /**
     * Sets whether members of a group on this machine get what is sent to it by this socket.
     *
     * @param on whether they do; they do at first
     * @throws IOException if the socket is closed
     */
    public void setMulticastLoopback(boolean on) throws IOException {
        setOption(StandardSocketOptions.IP_MULTICAST_LOOP, on);
    }

    /**
     * Sets whether datagrams may be sent to broadcast addresses.
     *
     * @param on whether they may; they may not at first
     * @throws IOException if the socket is closed
     */
    public void setBroadcast(boolean on) throws IOException {
        setOption(StandardSocketOptions.SO_BROADCAST, on);
    }

    /**
     * Sets an option of the socket.
     *
     * @param option one of {@link StandardSocketOptions}
     * @param value its value
     * @throws IOException if the socket is closed or the system refuses
     * @throws UnsupportedOperationException if the socket has no such option
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    /**
     * Returns the value of an option of the socket, or {@code null} if it has none.
     *
     * @param option as for {@link #setOption}
     * @throws IOException as {@link #setOption} does
     */
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    /**
     * Returns the address that it is bound to.
     *
     * @throws IOException if it is closed
     */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) SocketStream.present(socket.localAddress());
    }

    /** Returns the address of the peer, or {@code null} if this is not connected. */
    public @Nullable InetSocketAddress remoteAddress() {
        return peer;
    }

    /**
     * Returns what a {@link dev.heddle.runtime.sync.Select} waits for to receive from this socket: it is ready as soon as
     * there is a datagram. None is received for it. If the socket is closed or the runtime shut down, the select throws that; if the
     * peer is unreachable, the select or the receive that follows.
     */
    public Selectable<UdpSocket> readable() {
        return new ReadableSocket<>(socket, this);
    }

    /** Returns whether it was not closed. */
    public boolean isOpen() {
        return socket.isOpen();
    }

    /**
     * Closes the socket. Every wait on it throws. Closing twice has no effect. May be called from any thread.
     *
     * @throws IOException if the system reports an error
     */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
