package dev.heddle.runtime.internal.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The state word of a task. Each transition is one method whose result the caller has to handle.
 *
 * <pre>
 *              start                    end
 *   (nothing) ───────▶ STARTED ───────────────────▶ STARTED|ENDED [|CANCELLED]
 *       │                 │  ▲                          ▲
 *       │ abort     abort │  │ interrupted              │ end
 *       │                 ▼  │                          │
 *       │     STARTED|ABORT|INTERRUPTING ──▶ STARTED|ABORT
 *       ▼
 *   ABORT|ENDED|CANCELLED: the body never runs
 *
 *   NOTED: an interrupt came before the start, and the body begins interrupted; or while another was under way, and whoever
 *   is at that one interrupts once more
 *
 *   abandon: anything not ENDED ──▶ … |ENDED|CANCELLED, at shutdown, while the body may still run
 * </pre>
 *
 * <p>INTERRUPTING is set while somebody interrupts the runner's thread; the end of the task waits for it to go, so that the
 * interrupt never hits the next task on the same thread. Nobody else waits for it: an interrupt may take as long as the runner
 * is within the I/O of a channel. ENDED is set once and only then is the outcome read.
 */
abstract class TaskState {

    private static final int STARTED = 1;
    private static final int ENDED = 1 << 1;
    private static final int ABORT = 1 << 2;
    private static final int INTERRUPTING = 1 << 3;
    private static final int CANCELLED = 1 << 4;
    private static final int NOTED = 1 << 5;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TaskState.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    enum StartResult {
        /** The body may run now. */
        STARTED,
        /** The same, and the runner interrupts its own thread before. */
        STARTED_INTERRUPTED,
        /** The task ended before. */
        ALREADY_ENDED
    }

    enum InterruptResult {
        /** It had ended; nothing changed. */
        ALREADY_ENDED,
        /** It has not begun and will begin interrupted, or will be interrupted by whoever does so already. */
        NOTED,
        /** It runs; the caller interrupts its thread and then calls {@link #endInterrupt()}. */
        INTERRUPT_NOW
    }

    enum AbortResult {
        /** It had ended; nothing changed. */
        ALREADY_ENDED,
        /** It had not begun and has ended now; the caller finishes it. */
        CANCELLED_BEFORE_START,
        /** It runs; the caller interrupts its thread and then calls {@link #endInterrupt()}. */
        INTERRUPT_NOW,
        /** It runs, and whoever is interrupting it already does so for this abort too. */
        ALREADY_INTERRUPTING
    }

    enum EndResult {
        /** This call ended it; the caller finishes it. */
        ENDED,
        /** It had been abandoned, so nobody waits for the outcome any more. */
        ABANDONED
    }

    private volatile int state;

    /** Begins the task. Called once, by the runner. */
    final StartResult start() {
        if (STATE.compareAndSet(this, 0, STARTED)) {
            return StartResult.STARTED;
        }
        return STATE.compareAndSet(this, NOTED, STARTED) ? StartResult.STARTED_INTERRUPTED : StartResult.ALREADY_ENDED;
    }

    final AbortResult requestAbort() {
        for (; ; ) {
            int s = state;
            if ((s & ENDED) != 0) {
                return AbortResult.ALREADY_ENDED;
            }
            if ((s & (INTERRUPTING | ABORT)) == (INTERRUPTING | ABORT)) {
                return AbortResult.ALREADY_INTERRUPTING;
            }
            if ((s & INTERRUPTING) != 0) {
                // That interrupt is no abort, and the body may have used it up already.
                if (STATE.compareAndSet(this, s, s | ABORT | NOTED)) {
                    return AbortResult.ALREADY_INTERRUPTING;
                }
            } else if ((s & STARTED) == 0) {
                if (STATE.compareAndSet(this, s, s | ABORT | ENDED | CANCELLED)) {
                    return AbortResult.CANCELLED_BEFORE_START;
                }
            } else if (STATE.compareAndSet(this, s, s | ABORT | INTERRUPTING)) {
                return AbortResult.INTERRUPT_NOW;
            }
        }
    }

    /** Prepares an interrupt that is no abort. */
    final InterruptResult requestInterrupt() {
        for (; ; ) {
            int s = state;
            if ((s & ENDED) != 0) {
                return InterruptResult.ALREADY_ENDED;
            }
            if ((s & STARTED) == 0 || (s & INTERRUPTING) != 0) {
                if (STATE.compareAndSet(this, s, s | NOTED)) {
                    return InterruptResult.NOTED;
                }
            } else if (STATE.compareAndSet(this, s, s | INTERRUPTING)) {
                return InterruptResult.INTERRUPT_NOW;
            }
        }
    }

    /**
     * Ends an interrupt, unless another has come meanwhile.
     *
     * @return {@code false} if so; the caller interrupts the thread again and then calls this again
     */
    final boolean endInterrupt() {
        for (; ; ) {
            int s = state;
            if ((s & NOTED) != 0) {
                if (STATE.compareAndSet(this, s, s & ~NOTED)) {
                    return false;
                }
            } else if (STATE.compareAndSet(this, s, s & ~INTERRUPTING)) {
                return true;
            }
        }
    }

    /**
     * Ends the task. Its outcome must have been written before.
     *
     * @param cancelled whether the task counts as cancelled, having been aborted
     */
    final EndResult end(boolean cancelled) {
        for (; ; ) {
            int s = state;
            if ((s & INTERRUPTING) != 0) {
                Thread.onSpinWait();
            } else if ((s & ENDED) != 0) {
                return EndResult.ABANDONED;
            } else if (STATE.compareAndSet(this, s, s | ENDED | (cancelled ? CANCELLED : 0))) {
                return EndResult.ENDED;
            }
        }
    }

    /** Completes the handle as cancelled although the body may still run. Returns whether this call did. */
    final boolean abandon() {
        for (; ; ) {
            int s = state;
            if ((s & ENDED) != 0) {
                return false;
            }
            if (STATE.compareAndSet(this, s, s | ABORT | ENDED | CANCELLED)) {
                return true;
            }
        }
    }

    final boolean isStarted() {
        return (state & STARTED) != 0;
    }

    final boolean isEnded() {
        return (state & ENDED) != 0;
    }

    final boolean isEndedCancelled() {
        return (state & (ENDED | CANCELLED)) == (ENDED | CANCELLED);
    }

    final boolean isAbortRequested() {
        return (state & ABORT) != 0;
    }
}
