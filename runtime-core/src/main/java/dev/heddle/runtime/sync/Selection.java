package dev.heddle.runtime.sync;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One wait of a select: which branch was the first. The waiters of all branches share it. */
@SuppressWarnings("serial") // never serialized
final class Selection extends AtomicInteger {

    static final int NONE = -1;

    /** The thread that waits has given up. */
    static final int GIVEN_UP = -2;

    /** Whom the branch that was taken at once has settled. The waiting thread's own. */
    transient @Nullable Waiter counterpart;

    Selection() {
        super(NONE);
    }

    /** Makes a branch the one that is taken, unless there is one. */
    boolean claim(int branch) {
        return get() == NONE && compareAndSet(NONE, branch);
    }
}
