package dev.heddle.runtime.internal.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.ClosedChannelException;

/**
 * A file descriptor that is not given back to the system while a call uses it. The system reuses its number at once, so
 * a call that came a moment too late would reach a stranger's file.
 *
 * <pre>
 *   bits 1–31   how many calls are in progress
 *   bit 0       CLOSED: no more begin
 *
 *   n ──enter──▶ n + 2 ──leave──▶ n
 *   n ──closeWhenUnused──▶ n | CLOSED;  whoever reaches CLOSED with no call left gives the descriptor back
 * </pre>
 */
public class Descriptor {

    private static final int CLOSED = 1;
    private static final int ONE_CALL = 1 << 1;

    private static final VarHandle USES;

    static {
        try {
            USES = MethodHandles.lookup().findVarHandle(Descriptor.class, "uses", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int fd;
    private volatile int uses;

    /** Takes charge of an open descriptor. */
    public Descriptor(int fd) {
        this.fd = fd;
    }

    /** Returns its number. */
    public final int fd() {
        return fd;
    }

    /** Begins a call, unless the descriptor is closed. Followed by {@link #leave()} if it does. */
    public final boolean tryEnter() {
        for (int u = uses; (u & CLOSED) == 0; u = uses) {
            if (USES.compareAndSet(this, u, u + ONE_CALL)) {
                return true;
            }
        }
        return false;
    }

    /** Begins a call. Followed by {@link #leave()}. */
    public final void enter() throws ClosedChannelException {
        if (!tryEnter()) {
            throw new ClosedChannelException();
        }
    }

    /** Ends a call. */
    public final void leave() {
        if ((int) USES.getAndAdd(this, -ONE_CALL) == (ONE_CALL | CLOSED)) {
            release();
        }
    }

    /** Returns whether it was not closed. */
    public final boolean isOpen() {
        return (uses & CLOSED) == 0;
    }

    /** Lets no more calls begin, and gives the descriptor back once none is in progress. The first call closes. */
    public final void closeWhenUnused() {
        if ((int) USES.getAndBitwiseOr(this, CLOSED) == 0) {
            release();
        }
    }

    private void release() {
        SocketCalls.close(fd);
    }
}
