package dev.heddle.runtime.internal.loom;

import java.lang.ScopedValue.CallableOp;
import java.lang.ScopedValue.Carrier;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Every scoped value that is bound on a thread, to be bound on another.
 *
 * <p>The API of JDK 25 asks for each value by its key, and hands all of them on only to the threads of a structured scope,
 * which is a preview. So they are read by reflection, which needs
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}; they are bound by the API.
 */
public final class ScopedBindings {

    private static final @Nullable Access ACCESS = Access.findOrNull();

    private final @Nullable Carrier all;

    private ScopedBindings(@Nullable Carrier all) {
        this.all = all;
    }

    /** Returns whether the bindings of a thread can be read. */
    public static boolean isAvailable() {
        return ACCESS != null;
    }

    /** Returns what is bound on the calling thread. To be called only where that is {@linkplain #isAvailable() available}. */
    @SuppressWarnings("NullAway") // available, or not called
    public static ScopedBindings ofCaller() {
        return new ScopedBindings(ACCESS.read());
    }

    /**
     * Runs a body on the calling thread, in addition to whose own bindings these hold.
     *
     * @param body what to run
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw
     */
    public <T extends @Nullable Object, X extends Throwable> T call(CallableOp<? extends T, X> body) throws X {
        return all == null ? body.call() : all.<T, X>call(body);
    }

    /** The JDK keeps a list of snapshots, the innermost first; each has a list of keys with values, the latest first. */
    private record Access(
            MethodHandle innermost,
            VarHandle outer,
            VarHandle carrier,
            VarHandle key,
            VarHandle value,
            VarHandle previous) {

        static @Nullable Access findOrNull() {
            if (!ScopedValue.class.getModule().isOpen("java.lang", ScopedBindings.class.getModule())) {
                return null;
            }
            try {
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(ScopedValue.class, MethodHandles.lookup());
                Class<?> snapshot = lookup.findClass("java.lang.ScopedValue$Snapshot");
                return new Access(
                        lookup.findStatic(ScopedValue.class, "scopedValueBindings", MethodType.methodType(snapshot)),
                        lookup.findVarHandle(snapshot, "prev", snapshot),
                        lookup.findVarHandle(snapshot, "bindings", Carrier.class),
                        lookup.findVarHandle(Carrier.class, "key", ScopedValue.class),
                        lookup.findVarHandle(Carrier.class, "value", Object.class),
                        lookup.findVarHandle(Carrier.class, "prev", Carrier.class));
            } catch (ReflectiveOperationException | RuntimeException e) {
                System.getLogger(ScopedBindings.class.getName())
                        .log(System.Logger.Level.DEBUG, "Scoped values have other internals than expected", e);
                return null;
            }
        }

        /** Returns {@code null} if nothing is bound. */
        @Nullable
        Carrier read() {
            Deque<Carrier> oldestFirst = new ArrayDeque<>();
            for (Object snapshot = innermostSnapshot(); snapshot != null; snapshot = outer.get(snapshot)) {
                for (Carrier entry = (Carrier) carrier.get(snapshot);
                        entry != null;
                        entry = (Carrier) previous.get(entry)) {
                    oldestFirst.addFirst(entry);
                }
            }
            Carrier all = null;
            for (Carrier entry : oldestFirst) {
                all = and(all, (ScopedValue<?>) key.get(entry), value.get(entry));
            }
            return all;
        }

        private Object innermostSnapshot() {
            try {
                return innermost.invoke();
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new AssertionError(e);
            }
        }

        /** What was bound later hides what the same key was bound to before. */
        @SuppressWarnings("unchecked") // the value was bound to that key
        private static <V> Carrier and(@Nullable Carrier all, ScopedValue<V> key, Object value) {
            return all == null ? ScopedValue.where(key, (V) value) : all.where(key, (V) value);
        }
    }
}
