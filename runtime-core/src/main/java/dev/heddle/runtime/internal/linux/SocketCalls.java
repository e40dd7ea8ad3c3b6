package dev.heddle.runtime.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;

/**
 * The calls on non-blocking sockets. None waits, and so none is interrupted by a signal. Each returns what the function of
 * the same name does, or the error number negated.
 */
public final class SocketCalls {

    public static final int SHUT_RD = 0;
    public static final int SHUT_WR = 1;
    public static final int MSG_PEEK = 2;

    /** More follows at once, so that the system does not send a small packet for this part alone. */
    public static final int MSG_MORE = 0x8000;

    private static final int MSG_NOSIGNAL = 0x4000;
    private static final short POLLIN = 1;
    private static final int NON_BLOCKING_CLOEXEC = 0x80800;

    /**
     * The most bytes copied by one call, during which no safepoint is reached: some tens of microseconds. More goes in
     * the next call.
     */
    public static final int MAX_BYTES = 256 << 10;

    private static final MethodHandle SOCKET =
            Libc.immediate("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final FunctionDescriptor WITH_ADDRESS = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    private static final MethodHandle BIND = Libc.immediate("bind", WITH_ADDRESS);
    private static final MethodHandle CONNECT = Libc.immediate("connect", WITH_ADDRESS);
    private static final MethodHandle LISTEN =
            Libc.immediate("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle ACCEPT =
            Libc.immediate("accept4", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
    private static final FunctionDescriptor WITH_BYTES =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    private static final MethodHandle RECV = Libc.immediate("recv", WITH_BYTES);
    private static final MethodHandle SEND = Libc.immediate("send", WITH_BYTES);
    private static final MethodHandle RECVFROM = Libc.immediate(
            "recvfrom", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle SENDTO = Libc.immediate(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SHUTDOWN =
            Libc.immediate("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final FunctionDescriptor ADDRESS_OF = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle GETSOCKNAME = Libc.immediate("getsockname", ADDRESS_OF);
    private static final MethodHandle GETPEERNAME = Libc.immediate("getpeername", ADDRESS_OF);
    private static final MethodHandle SETSOCKOPT = Libc.immediate(
            "setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle GETSOCKOPT = Libc.immediate(
            "getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    private static final MethodHandle POLL =
            Libc.immediate("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = Libc.waiting("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private SocketCalls() {}

    /** Opens a non-blocking socket that programs started by this one do not inherit. */
    public static int socket(int family, int type) {
        int[] error = Libc.newState();
        try {
            int fd = (int) SOCKET.invokeExact(MemorySegment.ofArray(error), family, type | NON_BLOCKING_CLOEXEC, 0);
            return fd < 0 ? -error[0] : fd;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int bind(int fd, byte[] address) {
        int[] error = Libc.newState();
        try {
            int result = (int)
                    BIND.invokeExact(MemorySegment.ofArray(error), fd, MemorySegment.ofArray(address), address.length);
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int connect(int fd, byte[] address) {
        int[] error = Libc.newState();
        try {
            int result = (int) CONNECT.invokeExact(
                    MemorySegment.ofArray(error), fd, MemorySegment.ofArray(address), address.length);
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int listen(int fd, int backlog) {
        int[] error = Libc.newState();
        try {
            int result = (int) LISTEN.invokeExact(MemorySegment.ofArray(error), fd, backlog);
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Returns the descriptor of a new connection, non-blocking and not inherited. */
    public static int accept(int fd) {
        int[] error = Libc.newState();
        try {
            int accepted = (int) ACCEPT.invokeExact(
                    MemorySegment.ofArray(error), fd, MemorySegment.NULL, MemorySegment.NULL, NON_BLOCKING_CLOEXEC);
            return accepted < 0 ? -error[0] : accepted;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Receives into a buffer, from its position; does not move it. */
    public static int recv(int fd, ByteBuffer buffer, int flags) {
        return recv(fd, MemorySegment.ofBuffer(buffer), length(buffer), flags);
    }

    /** Receives into an array, from its beginning. */
    public static int recv(int fd, byte[] array) {
        return recv(fd, MemorySegment.ofArray(array), array.length, 0);
    }

    private static int recv(int fd, MemorySegment segment, long length, int flags) {
        int[] error = Libc.newState();
        try {
            long count = (long) RECV.invokeExact(MemorySegment.ofArray(error), fd, segment, length, flags);
            return count < 0 ? -error[0] : (int) count;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Sends from a buffer, from its position; does not move it. */
    public static int send(int fd, ByteBuffer buffer, int flags) {
        int[] error = Libc.newState();
        try {
            long count = (long) SEND.invokeExact(
                    MemorySegment.ofArray(error),
                    fd,
                    MemorySegment.ofBuffer(buffer),
                    length(buffer),
                    flags | MSG_NOSIGNAL);
            return count < 0 ? -error[0] : (int) count;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Returns how many bytes of a buffer one call takes at most. */
    public static long length(ByteBuffer buffer) {
        return Math.min(MAX_BYTES, buffer.remaining());
    }

    /** Receives a datagram, and the address that it came from, which must have room for any. */
    public static int recvfrom(int fd, ByteBuffer buffer, byte[] from) {
        int[] error = Libc.newState();
        try {
            long count = (long) RECVFROM.invokeExact(
                    MemorySegment.ofArray(error),
                    fd,
                    MemorySegment.ofBuffer(buffer),
                    (long) buffer.remaining(),
                    0,
                    MemorySegment.ofArray(from),
                    MemorySegment.ofArray(new int[] {from.length}));
            return count < 0 ? -error[0] : (int) count;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Sends a datagram. */
    public static int sendto(int fd, ByteBuffer buffer, byte[] to) {
        int[] error = Libc.newState();
        try {
            long count = (long) SENDTO.invokeExact(
                    MemorySegment.ofArray(error),
                    fd,
                    MemorySegment.ofBuffer(buffer),
                    (long) buffer.remaining(),
                    MSG_NOSIGNAL,
                    MemorySegment.ofArray(to),
                    to.length);
            return count < 0 ? -error[0] : (int) count;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    public static int shutdown(int fd, int how) {
        int[] error = Libc.newState();
        try {
            int result = (int) SHUTDOWN.invokeExact(MemorySegment.ofArray(error), fd, how);
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Returns the length of the address of this end, which is written to an array. */
    public static int getsockname(int fd, byte[] address) {
        return addressOf(GETSOCKNAME, fd, address);
    }

    /** Returns the length of the address of the other end, which is written to an array. */
    public static int getpeername(int fd, byte[] address) {
        return addressOf(GETPEERNAME, fd, address);
    }

    private static int addressOf(MethodHandle call, int fd, byte[] address) {
        int[] error = Libc.newState();
        int[] length = {address.length};
        try {
            int result = (int) call.invokeExact(
                    MemorySegment.ofArray(error), fd, MemorySegment.ofArray(address), MemorySegment.ofArray(length));
            return result < 0 ? -error[0] : length[0];
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Sets an option, whose value is one or more numbers. */
    public static int setsockopt(int fd, int level, int name, int... value) {
        int[] error = Libc.newState();
        try {
            int result = (int) SETSOCKOPT.invokeExact(
                    MemorySegment.ofArray(error),
                    fd,
                    level,
                    name,
                    MemorySegment.ofArray(value),
                    value.length * Integer.BYTES);
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Reads an option into an array. */
    public static int getsockopt(int fd, int level, int name, int[] value) {
        int[] error = Libc.newState();
        int[] length = {value.length * Integer.BYTES};
        try {
            int result = (int) GETSOCKOPT.invokeExact(
                    MemorySegment.ofArray(error),
                    fd,
                    level,
                    name,
                    MemorySegment.ofArray(value),
                    MemorySegment.ofArray(length));
            return result < 0 ? -error[0] : result;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Returns whether there is something to read or to accept, or an error to be told of. Needs no other descriptor. */
    public static boolean isReadable(int fd) {
        // struct pollfd: the descriptor, and two shorts: what is asked for, and what there is.
        int[] request = {fd, 0};
        MemorySegment segment = MemorySegment.ofArray(request);
        segment.set(JAVA_SHORT, Integer.BYTES, POLLIN);
        int[] error = Libc.newState();
        try {
            return (int) POLL.invokeExact(MemorySegment.ofArray(error), segment, 1L, 0) != 0;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /** Closes a descriptor; waits if it lingers. What the system says to it makes no difference: it is closed. */
    public static void close(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(Libc.newState(arena), fd);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }
}
