package dev.heddle.runtime.internal.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** A wait for epoll events with a timeout of nanoseconds, which Linux has from 5.11 and glibc from 2.35 on. */
final class NanosecondWait {

    private static final @Nullable MethodHandle WAIT = Libc.waitingIfPresent(
                    "epoll_pwait2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS))
            .orElse(null);
    private static final long NANOS_A_SECOND = 1_000_000_000;

    private final MemorySegment state;
    private final MemorySegment events;
    private final int maxEvents;
    private final MemorySegment timespec;

    /** Whether the kernel has it is known only once it was tried. */
    private boolean available = WAIT != null;

    NanosecondWait(Arena arena, MemorySegment state, MemorySegment events, int maxEvents) {
        this.state = state;
        this.events = events;
        this.maxEvents = maxEvents;
        this.timespec = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
    }

    boolean isAvailable() {
        return available;
    }

    /** Returns what the function does; 0 if it turns out to be missing. */
    @SuppressWarnings("NullAway") // available, or not called
    int await(int epoll, long timeoutNanos) throws Throwable {
        timespec.setAtIndex(JAVA_LONG, 0, timeoutNanos / NANOS_A_SECOND);
        timespec.setAtIndex(JAVA_LONG, 1, timeoutNanos % NANOS_A_SECOND);
        int count = (int) WAIT.invokeExact(state, epoll, events, maxEvents, timespec, MemorySegment.NULL);
        if (count < 0 && isMissing(state.get(JAVA_INT, 0))) {
            available = false;
            return 0;
        }
        return count;
    }

    /** A filter of a container that does not know the call forbids it, where the kernel would say that there is none. */
    private static boolean isMissing(int errno) {
        return errno == Errno.ENOSYS || errno == Errno.EPERM;
    }
}
