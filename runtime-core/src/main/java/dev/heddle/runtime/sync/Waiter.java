package dev.heddle.runtime.sync;

import org.jspecify.annotations.Nullable;

/**
 * A thread that waits in a {@link WaitQueue}, and what it gives or gets.
 *
 * <p>Who finds it there settles it, once, under the lock of the queue, and unparks the thread after that lock is
 * released. All fields but the state are guarded by that lock until then; the state is written last and read by the
 * waiting thread without the lock, so what was written before it is seen. That write is a full fence as well, which an unpark
 * need not be: when it finds the permit there, the waiting thread may just be using it up to look at the state once more.
 */
final class Waiter {

    /** What has become of a waiter. */
    enum State {
        /** It got what it waited for, or its element was taken. */
        DONE,
        /** What it waited at was closed. */
        CLOSED
    }

    final Thread thread = Thread.currentThread();

    /** What a sender gives, or a receiver gets. */
    @Nullable
    Object item;

    @Nullable
    Waiter previous;

    @Nullable
    Waiter next;

    boolean linked;

    private final @Nullable Selection selection;
    private final int branch;

    /** {@code null} while it waits, so that making one takes no volatile store. */
    private volatile @Nullable State state;

    Waiter(@Nullable Object item) {
        this(item, null, -1);
    }

    /** One of several waiters of the same thread, of which only one may be settled. */
    Waiter(@Nullable Object item, @Nullable Selection selection, int branch) {
        this.item = item;
        this.selection = selection;
        this.branch = branch;
    }

    /** Makes sure that nobody else settles this waiter. Called once, by whoever then has to settle it. */
    boolean claim() {
        return selection == null || selection.claim(branch);
    }

    void settle(State outcome) {
        state = outcome;
    }

    /** Returns what has become of it, or {@code null} as long as it waits. */
    @Nullable
    State state() {
        return state;
    }

    boolean isWaiting() {
        return state == null;
    }
}
