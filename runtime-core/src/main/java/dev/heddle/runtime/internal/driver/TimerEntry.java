package dev.heddle.runtime.internal.driver;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One armed timer: when it is due, its state, and its place in a {@link TimerWheel}. What it then does is up to the
 * subclass.
 *
 * <pre>
 *   HANDED | RELATIVE ──collect──▶ LINKED ──fire──▶ FIRED
 *        └───────cancel──▶ CANCELLED ◀──cancel──┘
 * </pre>
 *
 * <p>Each transition is a compare-and-set, so of those who cancel and those who fire one wins, and a timer has exactly one
 * end. All other fields are guarded by the lock of its shard once the timer is handed over. Small, since there may be
 * millions: with the one field of a sleep it takes 32 bytes.
 */
abstract class TimerEntry {

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TimerEntry.class, "state", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** With its shard, but not in the wheel yet. */
    static final byte HANDED = 0;

    /** The same, and {@link #tick} is not a tick but how many nanoseconds from the collection on it is due. */
    static final byte RELATIVE = 1;

    /** In the wheel, or due. */
    static final byte LINKED = 2;

    private static final byte FIRED = 3;
    private static final byte CANCELLED = 4;

    /** The tick at which it is due, never earlier than its deadline. */
    long tick;

    @Nullable
    TimerEntry previous;

    @Nullable
    TimerEntry next;

    private volatile byte state;

    /** The level of the wheel that it is in, or -1 when it is in none. */
    byte level = -1;

    byte slot;

    TimerEntry(long tick, byte state) {
        this.tick = tick;
        STATE.set(this, state);
    }

    /** Returns whether it is or was due and not cancelled before. */
    final boolean isFired() {
        return state == FIRED;
    }

    final boolean isCancelled() {
        return state == CANCELLED;
    }

    /** Whether {@link #tick} is relative. For the collector, before {@link #claimForWheel()}. */
    final boolean isRelative() {
        return state == RELATIVE;
    }

    /** Takes the entry over from who armed it; {@code false} if it was cancelled. */
    final boolean claimForWheel() {
        byte s = state;
        return s <= RELATIVE && STATE.compareAndSet(this, s, LINKED);
    }

    /** Decides that it fires; {@code false} if it was cancelled. */
    final boolean claimToFire() {
        byte s = state;
        return s <= LINKED && STATE.compareAndSet(this, s, FIRED);
    }

    /** What a cancel has achieved. */
    enum CancelResult {
        /** It had fired, or was cancelled before. */
        TOO_LATE,
        /** It was not in the wheel, and will not be. */
        DONE,
        /** It has to be taken out of the wheel. */
        TO_BE_UNLINKED
    }

    final CancelResult claimToCancel() {
        for (; ; ) {
            byte s = state;
            if (s > LINKED) {
                return CancelResult.TOO_LATE;
            }
            if (STATE.compareAndSet(this, s, CANCELLED)) {
                return s == LINKED ? CancelResult.TO_BE_UNLINKED : CancelResult.DONE;
            }
        }
    }

    /** Does what the timer is for. Called at most once, by the holder of the driver or by whoever arms it too late. */
    abstract void fire();
}
