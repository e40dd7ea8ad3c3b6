package dev.heddle.runtime.internal.linux;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Groups of receivers, and how a socket sends to them. The system has each of these options twice, for IPv4 and for IPv6. Each
 * method returns what the system does, or a negated error number.
 */
public final class Multicast {

    private static final int IP_MULTICAST_IF = 32;
    private static final int IP_ADD_MEMBERSHIP = 35;
    private static final int IP_DROP_MEMBERSHIP = 36;
    private static final int IP_MULTICAST_ALL = 49;
    private static final int IPV6_MULTICAST_IF = 17;
    private static final int IPV6_JOIN_GROUP = 20;
    private static final int IPV6_LEAVE_GROUP = 21;
    private static final int IPV6_MULTICAST_ALL = 29;

    /** The numbers of an option that is one number. */
    private record Names(int inet, int inet6) {}

    private static final Map<SocketOption<?>, Names> NAMES = Map.of(
            StandardSocketOptions.IP_MULTICAST_TTL, new Names(33, 18),
            StandardSocketOptions.IP_MULTICAST_LOOP, new Names(34, 19));

    private Multicast() {}

    /**
     * Has the socket receive what is sent to the groups that it has joined itself, and not, as is usual here, also what is sent
     * to those that any other socket of the machine has joined. An old system that cannot do that does not.
     */
    public static void restrictToOwnGroups(int fd, int family) {
        SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IP, IP_MULTICAST_ALL, 0);
        if (family == SocketAddresses.AF_INET6) {
            SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
        }
    }

    /** Has the socket receive what is sent to a group of its family and comes in at an interface. */
    public static int join(int fd, InetAddress group, NetworkInterface at) {
        return membership(fd, group, at, IP_ADD_MEMBERSHIP, IPV6_JOIN_GROUP);
    }

    /** Takes back a {@link #join}. */
    public static int leave(int fd, InetAddress group, NetworkInterface at) {
        return membership(fd, group, at, IP_DROP_MEMBERSHIP, IPV6_LEAVE_GROUP);
    }

    private static int membership(int fd, InetAddress group, NetworkInterface at, int inet, int inet6) {
        ByteBuffer address = ByteBuffer.wrap(group.getAddress()).order(ByteOrder.nativeOrder());
        // struct ip_mreqn: group, address of the interface (its index says more), index
        // struct ipv6_mreq: group, index
        return group instanceof Inet4Address
                ? SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IP, inet, address.getInt(), 0, at.getIndex())
                : SocketCalls.setsockopt(
                        fd,
                        SocketOptions.IPPROTO_IPV6,
                        inet6,
                        address.getInt(),
                        address.getInt(),
                        address.getInt(),
                        address.getInt(),
                        at.getIndex());
    }

    /** Returns whether an option is one of those that this class sets. */
    public static boolean isOption(SocketOption<?> option) {
        return option.equals(StandardSocketOptions.IP_MULTICAST_IF) || NAMES.containsKey(option);
    }

    /**
     * Sets an option.
     *
     * @param family that of the socket
     */
    public static <T> int set(int fd, int family, SocketOption<T> option, T value) {
        boolean inet = family == SocketAddresses.AF_INET;
        return switch (value) {
            case NetworkInterface at
            when inet ->
                SocketCalls.setsockopt(
                        fd, SocketOptions.IPPROTO_IP, IP_MULTICAST_IF, 0, firstInetAddress(at), at.getIndex());
            case NetworkInterface at ->
                SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IPV6, IPV6_MULTICAST_IF, at.getIndex());
            case Boolean flag -> setNumber(fd, inet, option, flag ? 1 : 0);
            case Integer number -> setNumber(fd, inet, option, number);
            case null, default -> throw new IllegalArgumentException(option.name() + " cannot be " + value);
        };
    }

    private static int setNumber(int fd, boolean inet, SocketOption<?> option, int value) {
        Names names = names(option);
        return inet
                ? SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IP, names.inet, value)
                : SocketCalls.setsockopt(fd, SocketOptions.IPPROTO_IPV6, names.inet6, value);
    }

    /** By the address the system tells the interface again; it does not tell the index. */
    private static int firstInetAddress(NetworkInterface at) {
        return at.inetAddresses()
                .filter(Inet4Address.class::isInstance)
                .findFirst()
                .map(address -> ByteBuffer.wrap(address.getAddress())
                        .order(ByteOrder.nativeOrder())
                        .getInt())
                .orElse(0);
    }

    /** Returns an option's value, or {@code null} if it has none, or with the error number in {@code error}. */
    public static <T> @Nullable T get(int fd, int family, SocketOption<T> option, int[] error) throws SocketException {
        boolean inet = family == SocketAddresses.AF_INET;
        boolean isInterface = option.equals(StandardSocketOptions.IP_MULTICAST_IF);
        int name = isInterface ? (inet ? IP_MULTICAST_IF : IPV6_MULTICAST_IF) : number(option, inet);
        int[] value = new int[1];
        int result =
                SocketCalls.getsockopt(fd, inet ? SocketOptions.IPPROTO_IP : SocketOptions.IPPROTO_IPV6, name, value);
        if (result < 0) {
            error[0] = -result;
            return null;
        }
        if (isInterface) {
            return value[0] == 0 ? null : option.type().cast(inet ? byAddress(value[0]) : byIndex(value[0]));
        }
        return option.type() == Boolean.class
                ? option.type().cast(value[0] != 0)
                : option.type().cast(value[0]);
    }

    private static int number(SocketOption<?> option, boolean inet) {
        Names names = names(option);
        return inet ? names.inet : names.inet6;
    }

    private static Names names(SocketOption<?> option) {
        Names names = NAMES.get(option);
        if (names == null) {
            throw new IllegalArgumentException(option.name() + " is not a number");
        }
        return names;
    }

    private static @Nullable NetworkInterface byIndex(int index) throws SocketException {
        return NetworkInterface.getByIndex(index);
    }

    private static @Nullable NetworkInterface byAddress(int address) throws SocketException {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(address)
                .array();
        try {
            return NetworkInterface.getByInetAddress(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 bytes are an address", e);
        }
    }
}
