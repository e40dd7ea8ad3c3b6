package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDatagramSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A socket for datagrams of the JDK, watched by a {@link SelectorReactor}. */
final class ChannelDatagramSocket extends ChannelHandle<DatagramChannel> implements IoDatagramSocket {

    private record Membership(InetAddress group, NetworkInterface at) {}

    private final Map<Membership, MembershipKey> memberships = new ConcurrentHashMap<>();

    ChannelDatagramSocket(DatagramChannel channel, SelectorReactor reactor) throws IOException {
        super(channel, reactor);
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) channel.receive(buffer);
    }

    @Override
    public boolean send(ByteBuffer buffer, @Nullable InetSocketAddress target) throws IOException {
        // Of an empty datagram the JDK does not say whether it was sent. Datagrams get lost; this one counts as sent.
        boolean isEmpty = !buffer.hasRemaining();
        int count = target == null ? channel.write(buffer) : channel.send(buffer, target);
        return count > 0 || isEmpty;
    }

    @Override
    public void connect(InetSocketAddress peer) throws IOException {
        channel.connect(peer);
    }

    @Override
    public void join(InetAddress group, NetworkInterface at) throws IOException {
        memberships.put(new Membership(group, at), channel.join(group, at));
    }

    @Override
    public void leave(InetAddress group, NetworkInterface at) {
        MembershipKey key = memberships.remove(new Membership(group, at));
        if (key != null) {
            key.drop();
        }
    }
}
