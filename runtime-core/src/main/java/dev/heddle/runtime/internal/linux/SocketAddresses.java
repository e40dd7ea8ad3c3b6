package dev.heddle.runtime.internal.linux;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Addresses as the system has them: {@code sockaddr_in}, {@code sockaddr_in6} and {@code sockaddr_un}. */
public final class SocketAddresses {

    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;

    /** Room for any of them. */
    public static final int MAX_BYTES = 110;

    private static final int INET_BYTES = 16;
    private static final int INET6_BYTES = 28;
    private static final int INET6_ADDRESS_OFFSET = 8;
    private static final int INET6_SCOPE_OFFSET = 24;
    private static final int UNIX_PATH_OFFSET = 2;

    /** As with the JDK. One more would fit. */
    private static final int UNIX_PATH_MAX = 106;

    private SocketAddresses() {}

    /** Returns the family of an address, and so of the socket that connects to it or sends datagrams from it. */
    public static int familyOf(SocketAddress address) {
        return switch (address) {
            case UnixDomainSocketAddress unix -> AF_UNIX;
            case InetSocketAddress inet -> resolved(inet) instanceof Inet4Address ? AF_INET : AF_INET6;
            default -> throw new UnsupportedAddressTypeException();
        };
    }

    /**
     * Returns the family of the socket that listens on an address. That of IPv6 serves the wildcard, as with the JDK: it takes
     * connections of both.
     */
    public static int listenerFamilyOf(SocketAddress address) {
        return isWildcard(address) ? AF_INET6 : familyOf(address);
    }

    private static boolean isWildcard(SocketAddress address) {
        return address instanceof InetSocketAddress inet && resolved(inet).isAnyLocalAddress();
    }

    private static InetAddress resolved(InetSocketAddress address) {
        InetAddress resolved = address.getAddress();
        if (resolved == null) {
            throw new UnresolvedAddressException();
        }
        return resolved;
    }

    /**
     * Returns an address in the form of the system.
     *
     * @param address of IPv4, IPv6 or a path
     * @param family of the socket that it is for
     * @throws SocketException if the path is too long
     */
    public static byte[] encode(SocketAddress address, int family) throws SocketException {
        return switch (address) {
            case UnixDomainSocketAddress unix -> encode(unix);
            case InetSocketAddress inet when family == AF_INET -> encodeInet(inet);
            case InetSocketAddress inet -> encodeInet6(inet);
            default -> throw new UnsupportedAddressTypeException();
        };
    }

    private static byte[] encodeInet(InetSocketAddress address) {
        if (!(resolved(address) instanceof Inet4Address v4)) {
            throw new UnsupportedAddressTypeException();
        }
        byte[] encoded = new byte[INET_BYTES];
        begin(encoded, AF_INET).putShort((short) address.getPort()).put(v4.getAddress());
        return encoded;
    }

    private static byte[] encodeInet6(InetSocketAddress address) {
        byte[] encoded = new byte[INET6_BYTES];
        ByteBuffer out = begin(encoded, AF_INET6).putShort((short) address.getPort());
        InetAddress resolved = resolved(address);
        if (resolved instanceof Inet6Address v6) {
            out.put(INET6_ADDRESS_OFFSET, v6.getAddress());
            out.order(ByteOrder.nativeOrder()).putInt(INET6_SCOPE_OFFSET, v6.getScopeId());
        } else if (!resolved.isAnyLocalAddress()) {
            // An address of IPv4 as a socket of IPv6 knows it: ::ffff:a.b.c.d
            out.putShort(INET6_ADDRESS_OFFSET + 10, (short) -1);
            out.put(INET6_ADDRESS_OFFSET + 12, resolved.getAddress());
        }
        return encoded;
    }

    private static byte[] encode(UnixDomainSocketAddress address) throws SocketException {
        byte[] path = address.getPath().toString().getBytes(StandardCharsets.UTF_8);
        if (path.length > UNIX_PATH_MAX) {
            throw new SocketException("The path of a Unix socket has at most " + UNIX_PATH_MAX + " bytes: " + address);
        }
        byte[] encoded = new byte[UNIX_PATH_OFFSET + path.length + 1];
        begin(encoded, AF_UNIX).put(path);
        return encoded;
    }

    /** Writes the family, in the machine's byte order; the rest is in the network's. */
    private static ByteBuffer begin(byte[] encoded, int family) {
        ByteBuffer out = ByteBuffer.wrap(encoded);
        out.order(ByteOrder.nativeOrder()).putShort((short) family).order(ByteOrder.BIG_ENDIAN);
        return out;
    }

    /**
     * Returns an address that the system has given.
     *
     * @param encoded holds it
     * @param length how many bytes of it
     * @return {@code null} if there is none, as for a datagram socket without peer
     */
    public static @Nullable SocketAddress decode(byte[] encoded, int length) {
        ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder());
        try {
            return switch (in.getShort()) {
                case AF_INET ->
                    new InetSocketAddress(InetAddress.getByAddress(Arrays.copyOfRange(encoded, 4, 8)), port(in));
                case AF_INET6 -> new InetSocketAddress(inet6(encoded, in), port(in));
                case AF_UNIX -> UnixDomainSocketAddress.of(unixPath(encoded, length));
                default -> null;
            };
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are addresses", e);
        }
    }

    private static int port(ByteBuffer in) {
        return Short.toUnsignedInt(in.order(ByteOrder.BIG_ENDIAN).getShort());
    }

    private static InetAddress inet6(byte[] encoded, ByteBuffer in) throws UnknownHostException {
        byte[] address = Arrays.copyOfRange(encoded, INET6_ADDRESS_OFFSET, INET6_SCOPE_OFFSET);
        InetAddress decoded = InetAddress.getByAddress(address);
        int scope = in.getInt(INET6_SCOPE_OFFSET);
        return decoded instanceof Inet6Address && scope != 0
                ? Inet6Address.getByAddress(null, address, scope)
                : decoded;
    }

    private static String unixPath(byte[] encoded, int length) {
        int end = UNIX_PATH_OFFSET;
        while (end < Math.min(length, encoded.length) && encoded[end] != 0) {
            end++;
        }
        return new String(encoded, UNIX_PATH_OFFSET, end - UNIX_PATH_OFFSET, StandardCharsets.UTF_8);
    }
}
