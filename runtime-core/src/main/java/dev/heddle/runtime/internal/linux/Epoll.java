package dev.heddle.runtime.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An epoll instance and the buffer that its events come in. One thread at a time waits; any may add descriptors or
 * {@link #wake()} it.
 *
 * <p>To wake is to write to an eventfd that is watched edge-triggered: each write is an edge, so nobody has to read it.
 */
public final class Epoll {

    public static final int IN = 1;
    public static final int PRI = 1 << 1;
    public static final int OUT = 1 << 2;
    public static final int ERR = 1 << 3;
    public static final int HUP = 1 << 4;
    public static final int RDHUP = 1 << 13;
    private static final int EDGE_TRIGGERED = 1 << 31;

    /** The token of events that only wake. */
    public static final long WAKE_TOKEN = -1;

    private static final int MAX_EVENTS = 1_024;
    private static final int CTL_ADD = 1;
    private static final int EPOLL_CLOEXEC = 0x80000;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static final boolean PACKED = System.getProperty("os.arch").equals("amd64");
    private static final int TOKEN_OFFSET = PACKED ? 4 : 8;
    private static final int EVENT_BYTES = TOKEN_OFFSET + Long.BYTES;
    private static final ValueLayout.OfInt EVENTS = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong TOKEN = ValueLayout.JAVA_LONG_UNALIGNED;

    private static final MethodHandle CREATE =
            Libc.immediate("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EVENTFD =
            Libc.immediate("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CTL =
            Libc.immediate("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));
    private static final MethodHandle WAIT =
            Libc.waiting("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            Libc.immediate("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

    private final Arena arena = Arena.ofAuto();
    private final MemorySegment state = Libc.newState(arena);
    private final MemorySegment events = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, Long.BYTES);
    private final NanosecondWait nanosecondWait;
    private final Descriptor epoll;
    private final Descriptor eventfd;

    private Epoll(int epoll, int eventfd) {
        this.epoll = new Descriptor(epoll);
        this.eventfd = new Descriptor(eventfd);
        this.nanosecondWait = new NanosecondWait(arena, state, events, MAX_EVENTS);
    }

    /**
     * Opens one.
     *
     * @throws IOException if the system refuses
     */
    public static Epoll open() throws IOException {
        int[] error = Libc.newState();
        try {
            int epoll = (int) CREATE.invokeExact(MemorySegment.ofArray(error), EPOLL_CLOEXEC);
            if (epoll < 0) {
                throw Errno.exception(error[0]);
            }
            int eventfd = (int) EVENTFD.invokeExact(MemorySegment.ofArray(error), 0, EFD_CLOEXEC_NONBLOCK);
            if (eventfd < 0) {
                SocketCalls.close(epoll);
                throw Errno.exception(error[0]);
            }
            Epoll opened = new Epoll(epoll, eventfd);
            try {
                opened.add(eventfd, IN, WAKE_TOKEN);
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
            return opened;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        }
    }

    /**
     * Watches a descriptor, edge-triggered, until it is closed.
     *
     * @param fd the descriptor
     * @param interest which events
     * @param token what its events are to be known by
     * @throws IOException if the system refuses, or this is closed
     */
    public void add(int fd, int interest, long token) throws IOException {
        byte[] event = new byte[EVENT_BYTES];
        ByteBuffer.wrap(event)
                .order(ByteOrder.nativeOrder())
                .putInt(0, interest | EDGE_TRIGGERED)
                .putLong(TOKEN_OFFSET, token);
        int[] error = Libc.newState();
        epoll.enter();
        try {
            int result = (int) CTL.invokeExact(
                    MemorySegment.ofArray(error), epoll.fd(), CTL_ADD, fd, MemorySegment.ofArray(event));
            if (result < 0) {
                throw Errno.exception(error[0]);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        } finally {
            epoll.leave();
        }
    }

    /**
     * Waits for events.
     *
     * @param timeoutNanos how long at most; 0 for not at all, {@link Long#MAX_VALUE} for ever
     * @return how many have come
     */
    public int await(long timeoutNanos) {
        if (!epoll.tryEnter()) {
            return 0;
        }
        try {
            int count;
            if (timeoutNanos == 0 || timeoutNanos == Long.MAX_VALUE) {
                count = awaitMillis(timeoutNanos == 0 ? 0 : -1);
            } else if (nanosecondWait.isAvailable()) {
                count = nanosecondWait.await(epoll.fd(), timeoutNanos);
            } else {
                // Rounded up: a timer never fires early, and one that is just not due would have the caller spin.
                count = awaitMillis((int) Math.min(Integer.MAX_VALUE, Math.ceilDiv(timeoutNanos, 1_000_000)));
            }
            if (count < 0 && error() != Errno.EINTR) {
                throw new IllegalStateException("epoll_wait failed: " + Libc.message(error()));
            }
            return Math.max(0, count);
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        } finally {
            epoll.leave();
        }
    }

    private int awaitMillis(int millis) throws Throwable {
        return (int) WAIT.invokeExact(state, epoll.fd(), events, MAX_EVENTS, millis);
    }

    private int error() {
        return state.get(JAVA_INT, 0);
    }

    /** Returns which events came, of those that {@link #await} returned the number of. */
    public int eventsAt(int index) {
        return events.get(EVENTS, (long) index * EVENT_BYTES);
    }

    /** Returns the token of the descriptor that events came from. */
    public long tokenAt(int index) {
        return events.get(TOKEN, (long) index * EVENT_BYTES + TOKEN_OFFSET);
    }

    /** Ends the present or the next {@link #await}. Callable from any thread, also after the close. */
    public void wake() {
        if (!eventfd.tryEnter()) {
            return;
        }
        try {
            MemorySegment one = MemorySegment.ofArray(new long[] {1});
            long written = (long)
                    WRITE.invokeExact(MemorySegment.ofArray(Libc.newState()), eventfd.fd(), one, (long) Long.BYTES);
            assert written == Long.BYTES : "2^64 wake-ups";
        } catch (Throwable e) {
            throw Libc.unexpected(e);
        } finally {
            eventfd.leave();
        }
    }

    /** Closes it. Called once nobody waits any more. */
    public void close() {
        eventfd.closeWhenUnused();
        epoll.closeWhenUnused();
    }
}
