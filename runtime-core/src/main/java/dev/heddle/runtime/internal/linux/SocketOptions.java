package dev.heddle.runtime.internal.linux;

import java.net.SocketOption;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The options of sockets by the names of the JDK. Those of {@code jdk.net.ExtendedSocketOptions} are among them, by
 * their names only, since its module need not be there.
 */
public final class SocketOptions {

    public static final int SOL_SOCKET = 1;
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_IPV6 = 41;
    public static final int SO_ERROR = 4;
    public static final int IPV6_V6ONLY = 26;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_LINGER = 13;

    /** Where the system keeps an option. */
    private record Place(int level, int name) {}

    private static final Place IP_TOS = new Place(IPPROTO_IP, 1);

    /** The same for IPv6. A socket of IPv6 has both, since it may talk to either. */
    private static final Place IPV6_TCLASS = new Place(IPPROTO_IPV6, 67);

    private static final Map<String, Place> PLACES = Map.ofEntries(
            Map.entry("SO_REUSEADDR", new Place(SOL_SOCKET, 2)),
            Map.entry("SO_BROADCAST", new Place(SOL_SOCKET, 6)),
            Map.entry("SO_SNDBUF", new Place(SOL_SOCKET, SO_SNDBUF)),
            Map.entry("SO_RCVBUF", new Place(SOL_SOCKET, SO_RCVBUF)),
            Map.entry("SO_KEEPALIVE", new Place(SOL_SOCKET, 9)),
            Map.entry("SO_LINGER", new Place(SOL_SOCKET, SO_LINGER)),
            Map.entry("SO_REUSEPORT", new Place(SOL_SOCKET, 15)),
            Map.entry("IP_TOS", IP_TOS),
            Map.entry("TCP_NODELAY", new Place(IPPROTO_TCP, 1)),
            Map.entry("TCP_KEEPIDLE", new Place(IPPROTO_TCP, 4)),
            Map.entry("TCP_KEEPINTERVAL", new Place(IPPROTO_TCP, 5)),
            Map.entry("TCP_KEEPCOUNT", new Place(IPPROTO_TCP, 6)),
            Map.entry("TCP_QUICKACK", new Place(IPPROTO_TCP, 12)));

    private SocketOptions() {}

    /** Returns the names of the options that exist here. */
    public static Set<String> names() {
        return PLACES.keySet();
    }

    /**
     * Sets an option.
     *
     * @param family of the socket's addresses
     * @return a negated error number if that fails
     */
    public static <T> int set(int fd, int family, SocketOption<T> option, T value) {
        Place place = place(option);
        int result = set(fd, place, option, value);
        return place.equals(IP_TOS) && family == SocketAddresses.AF_INET6 && result >= 0
                ? set(fd, IPV6_TCLASS, option, value)
                : result;
    }

    private static <T> int set(int fd, Place place, SocketOption<T> option, T value) {
        return switch (value) {
            case Boolean flag -> SocketCalls.setsockopt(fd, place.level, place.name, flag ? 1 : 0);
            case Integer seconds
            when place.name == SO_LINGER && place.level == SOL_SOCKET ->
                SocketCalls.setsockopt(fd, place.level, place.name, seconds < 0 ? 0 : 1, Math.max(0, seconds));
            case Integer number -> SocketCalls.setsockopt(fd, place.level, place.name, number);
            case null, default -> throw new IllegalArgumentException(option.name() + " cannot be " + value);
        };
    }

    /**
     * Returns an option's value.
     *
     * @param family of the socket's addresses
     * @param error gets the error number if that fails
     * @return {@code null} if it does
     */
    public static <T> @Nullable T get(int fd, int family, SocketOption<T> option, int[] error) {
        Place known = place(option);
        Place place = known.equals(IP_TOS) && family == SocketAddresses.AF_INET6 ? IPV6_TCLASS : known;
        int[] value = new int[2];
        int result = SocketCalls.getsockopt(fd, place.level, place.name, value);
        if (result < 0) {
            error[0] = -result;
            return null;
        }
        if (place.name == SO_LINGER && place.level == SOL_SOCKET) {
            return option.type().cast(value[0] == 0 ? -1 : value[1]);
        }
        if (place.level == SOL_SOCKET && (place.name == SO_SNDBUF || place.name == SO_RCVBUF)) {
            // The system adds as much again for its own use, and says so.
            return option.type().cast(value[0] / 2);
        }
        return option.type() == Boolean.class
                ? option.type().cast(value[0] != 0)
                : option.type().cast(value[0]);
    }

    private static Place place(SocketOption<?> option) {
        Place place = PLACES.get(option.name());
        if (place == null) {
            throw new UnsupportedOperationException("Sockets here have no option " + option.name());
        }
        return place;
    }
}
