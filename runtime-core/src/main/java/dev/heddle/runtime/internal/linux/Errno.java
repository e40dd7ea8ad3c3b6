package dev.heddle.runtime.internal.linux;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;

/** Error numbers, the same on x86-64 and aarch64. The calls of this package return them negated. */
public final class Errno {

    static final int EPERM = 1;
    public static final int EINTR = 4;
    public static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EACCES = 13;
    static final int ENFILE = 23;
    static final int EMFILE = 24;
    public static final int EPIPE = 32;
    static final int ENOSYS = 38;
    static final int ENONET = 64;
    static final int EPROTO = 71;
    static final int ENOPROTOOPT = 92;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    static final int ENETDOWN = 100;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTDOWN = 112;
    static final int EHOSTUNREACH = 113;
    public static final int EINPROGRESS = 115;

    private Errno() {}

    /**
     * Returns whether an accept that failed so may be tried again at once: only the connection was lost. Linux tells by an
     * accept what has happened to a connection that nobody has accepted yet.
     */
    public static boolean isOfOneConnection(int errno) {
        return switch (errno) {
            case EINTR, ECONNABORTED, EPROTO, ENOPROTOOPT, ENONET, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH ->
                true;
            default -> false;
        };
    }

    /** Returns whether the system has run out of descriptors or memory. */
    public static boolean isExhaustion(int errno) {
        return errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
    }

    /** Returns the exception that the JDK's sockets throw for an error. */
    public static IOException exception(int errno) {
        String message = Libc.message(errno);
        return switch (errno) {
            case ECONNREFUSED, ETIMEDOUT -> new ConnectException(message);
            case EHOSTUNREACH, ENETUNREACH -> new NoRouteToHostException(message);
            case EADDRINUSE, EADDRNOTAVAIL, EACCES -> new BindException(message);
            default -> new SocketException(message);
        };
    }

    /** Returns the exception for an error of a connected datagram socket. */
    public static IOException datagramException(int errno) {
        return errno == ECONNREFUSED ? new PortUnreachableException() : exception(errno);
    }
}
