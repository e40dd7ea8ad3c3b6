package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Suspends a thread that has put itself into a queue, until somebody settles it or it gives up. */
final class Waits {

    private Waits() {}

    static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before it waited");
        }
    }

    static CancellationException cancelled(String message, InterruptedException cause) {
        CancellationException exception = new CancellationException(message);
        exception.initCause(cause);
        return exception;
    }

    /**
     * Waits until a waiter of the calling thread is settled. Who is settled and interrupted, or out of time, at once
     * counts as settled, and an interrupt then stays pending.
     *
     * @param self the waiter, in a queue already
     * @param queue the queue
     * @param lock what guards it
     * @param duration the most time to wait, or {@code null}
     * @param blocker what is waited at
     * @return {@code false} if the time is over; the waiter has then left the queue
     * @throws InterruptedException if the caller is interrupted; the waiter has then left the queue
     */
    static boolean await(Waiter self, WaitQueue queue, SpinLock lock, @Nullable Duration duration, Object blocker)
            throws InterruptedException {
        if (duration == null) {
            return await(self, queue, lock, TimeLimit.NONE, blocker);
        }
        TimeLimit limit = TimeLimit.startNow(duration);
        try {
            return await(self, queue, lock, limit, blocker);
        } finally {
            limit.end();
        }
    }

    /** The same within a limit that the caller has started, and ends. */
    static boolean await(Waiter self, WaitQueue queue, SpinLock lock, TimeLimit limit, Object blocker)
            throws InterruptedException {
        while (self.isWaiting()) {
            if (limit.isOver()) {
                return !leave(self, queue, lock);
            }
            limit.park(blocker);
            if (self.isWaiting()) {
                leaveIfInterrupted(self, queue, lock);
            }
        }
        return true;
    }

    private static void leaveIfInterrupted(Waiter self, WaitQueue queue, SpinLock lock) throws InterruptedException {
        if (Thread.interrupted()) {
            if (leave(self, queue, lock)) {
                throw new InterruptedException("interrupted while it waited");
            }
            Thread.currentThread().interrupt();
        }
    }

    /** Returns {@code false} if the waiter has been settled meanwhile. */
    private static boolean leave(Waiter self, WaitQueue queue, SpinLock lock) {
        lock.lock();
        try {
            return queue.remove(self);
        } finally {
            lock.unlock();
        }
    }
}
