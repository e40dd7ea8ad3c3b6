package dev.heddle.benchmarks.peer;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hands values from one thread to another, one at a time, without a lock.
 *
 * <p>Whoever waits publishes itself, then looks once more; whoever makes a change does so before it looks for one who
 * waits. All four accesses are volatile, so one of the two sees the other, and a permit left over from an earlier wait
 * costs one more look.
 *
 * @param <T> what is handed over
 */
final class Mailbox<T> {

    private volatile @Nullable T value;
    private volatile @Nullable Thread receiver;
    private volatile @Nullable Thread sender;

    /** Puts a value in, when the one before has been taken. Only one thread may send. */
    void put(T next) {
        if (value != null) {
            sender = Thread.currentThread();
            while (value != null) {
                LockSupport.park(this);
            }
            sender = null;
        }
        value = next;
        LockSupport.unpark(receiver);
    }

    /** Takes the value out, when there is one. Only one thread may receive. */
    T take() {
        T taken = value;
        if (taken == null) {
            receiver = Thread.currentThread();
            while ((taken = value) == null) {
                LockSupport.park(this);
            }
            receiver = null;
        }
        value = null;
        LockSupport.unpark(sender);
        return taken;
    }
}
