package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.linux.Errno;
import dev.heddle.runtime.internal.linux.Multicast;
import dev.heddle.runtime.internal.linux.SocketAddresses;
import dev.heddle.runtime.internal.linux.SocketCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams of our own system calls. A call transfers one datagram, so only a refused one tells that nothing is
 * left.
 */
final class EpollDatagramSocket extends EpollHandle implements IoDatagramSocket {

    private volatile @Nullable InetSocketAddress peer;

    EpollDatagramSocket(EpollReactor reactor, int fd, int generation, int family) {
        super(reactor, fd, generation, family);
    }

    @Override
    IOException failure(int errno) {
        return Errno.datagramException(errno);
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        int tick = readTick;
        if (tick == readUsedUp && isOpen()) {
            return null;
        }
        InetSocketAddress connectedTo = peer;
        byte[] from = connectedTo == null ? new byte[SocketAddresses.MAX_BYTES] : null;
        enter();
        int count;
        try {
            count = from == null ? SocketCalls.recv(fd(), buffer, 0) : SocketCalls.recvfrom(fd(), buffer, from);
        } finally {
            leave();
        }
        if (count >= 0) {
            buffer.position(buffer.position() + count);
            return from == null ? connectedTo : (InetSocketAddress) SocketAddresses.decode(from, from.length);
        }
        if (count == -Errno.EAGAIN) {
            readUsedUp = tick;
            return null;
        }
        throw failure(-count);
    }

    @Override
    public boolean send(ByteBuffer buffer, @Nullable InetSocketAddress target) throws IOException {
        byte[] to = target == null ? null : SocketAddresses.encode(target, family);
        int tick = writeTick;
        if (tick == writeUsedUp && isOpen()) {
            return false;
        }
        enter();
        int count;
        try {
            count = to == null ? SocketCalls.send(fd(), buffer, 0) : SocketCalls.sendto(fd(), buffer, to);
        } finally {
            leave();
        }
        if (count >= 0) {
            buffer.position(buffer.position() + count);
            return true;
        }
        if (count == -Errno.EAGAIN) {
            writeUsedUp = tick;
            return false;
        }
        throw failure(-count);
    }

    @Override
    public void connect(InetSocketAddress to) throws IOException {
        byte[] address = SocketAddresses.encode(to, family);
        enter();
        try {
            EpollReactor.check(SocketCalls.connect(fd(), address));
            // What strangers had sent before would be taken for the peer's.
            ByteBuffer nothing = ByteBuffer.allocate(0);
            while (SocketCalls.recv(fd(), nothing, 0) >= 0) {
                // Dropped.
            }
        } finally {
            leave();
        }
        peer = to;
    }

    @Override
    public void join(InetAddress group, NetworkInterface at) throws IOException {
        enter();
        try {
            int result = Multicast.join(fd(), group, at);
            if (result != -Errno.EADDRINUSE) {
                EpollReactor.check(result);
            }
        } finally {
            leave();
        }
    }

    @Override
    public void leave(InetAddress group, NetworkInterface at) throws IOException {
        enter();
        try {
            int result = Multicast.leave(fd(), group, at);
            if (result != -Errno.EADDRNOTAVAIL) {
                EpollReactor.check(result);
            }
        } finally {
            leave();
        }
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        if (!Multicast.isOption(option)) {
            super.setOption(option, value);
            return;
        }
        enter();
        try {
            EpollReactor.check(Multicast.set(fd(), family, option, value));
        } finally {
            leave();
        }
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        if (!Multicast.isOption(option)) {
            return super.getOption(option);
        }
        int[] error = {0};
        enter();
        try {
            T value = Multicast.get(fd(), family, option, error);
            EpollReactor.check(-error[0]);
            return value;
        } finally {
            leave();
        }
    }
}
