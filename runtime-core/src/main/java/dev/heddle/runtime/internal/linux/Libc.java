package dev.heddle.runtime.internal.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * Links functions of the C library. Every handle takes, before the arguments of the function, a segment of
 * {@link #STATE_BYTES} that gets {@code errno}.
 *
 * <p>Calls that cannot wait are <em>critical</em>: they cost no change of the thread's state and take memory of the heap,
 * so that no byte is copied twice, and {@code errno} too comes in an array. The price is that no safepoint is reached
 * before they return, which is why whoever copies much does it in pieces. A call that may wait is never critical.
 */
@SuppressWarnings("restricted") // native access is what this class is for; NativeAccess asks whether it is granted
final class Libc {

    static final long STATE_BYTES = Linker.Option.captureStateLayout().byteSize();

    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = LINKER.defaultLookup();
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LIBRARY.findOrThrow("strerror"), FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));

    private Libc() {}

    /** Links a function that returns at once. */
    static MethodHandle immediate(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LIBRARY.findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.critical(true));
    }

    /** Links a function that may wait. Its memory, and that for {@code errno}, must be native. */
    static MethodHandle waiting(String name, FunctionDescriptor descriptor) {
        return waitingIfPresent(name, descriptor).orElseThrow();
    }

    static Optional<MethodHandle> waitingIfPresent(String name, FunctionDescriptor descriptor) {
        return LIBRARY.find(name)
                .map(function -> LINKER.downcallHandle(function, descriptor, Linker.Option.captureCallState("errno")));
    }

    /** Returns memory of the heap for {@code errno}. */
    static int[] newState() {
        return new int[(int) (STATE_BYTES / Integer.BYTES)];
    }

    /** Returns native memory for {@code errno}. */
    static MemorySegment newState(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    /** Returns the system's text for an error number. */
    static String message(int errno) {
        try {
            MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
            return text.reinterpret(Long.MAX_VALUE).getString(0);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Turns what a method handle is declared to throw into something unchecked; C functions throw nothing. */
    static RuntimeException unexpected(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
    }
}
