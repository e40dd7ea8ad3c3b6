package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How long a thread waits at most: by the runtime's clock and timers if it is a task, by the system's if it is not. For
 * the thread that made it; to be {@linkplain #end() ended} when the wait is.
 */
abstract class TimeLimit {

    /** No limit. */
    static final TimeLimit NONE = new TimeLimit() {
        @Override
        boolean isOver() {
            return false;
        }

        @Override
        void park(Object blocker) {
            LockSupport.park(blocker);
        }
    };

    /** Far enough to be never, near enough that differences of deadlines do not overflow: about 146 years. */
    private static final long FAR = Long.MAX_VALUE / 2;

    private TimeLimit() {}

    static TimeLimit startNow(Duration duration) {
        long nanos = nanos(duration);
        TaskContext task = CurrentTask.getOrNull();
        return task == null || nanos == 0 ? new OfThread(System.nanoTime() + nanos) : new OfTask(task.timers(), nanos);
    }

    private static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.toSeconds() >= FAR / 1_000_000_000L ? FAR : duration.toNanos();
    }

    abstract boolean isOver();

    /** Suspends the calling thread until it is unparked or interrupted or the time is over, or for no reason. */
    abstract void park(Object blocker);

    void end() {}

    private static final class OfThread extends TimeLimit {

        private final long deadlineNanos;

        OfThread(long deadlineNanos) {
            this.deadlineNanos = deadlineNanos;
        }

        @Override
        boolean isOver() {
            return deadlineNanos - System.nanoTime() <= 0;
        }

        @Override
        void park(Object blocker) {
            LockSupport.parkNanos(blocker, deadlineNanos - System.nanoTime());
        }
    }

    private static final class OfTask extends TimeLimit implements Runnable {

        private final Thread thread = Thread.currentThread();
        private final Timers.Timer timer;
        private volatile boolean over;

        @SuppressWarnings("this-escape") // the timer may be due already, and then sets a field that nothing else writes
        OfTask(Timers timers, long nanos) {
            this.timer = timers.schedule(timers.nanoTime() + nanos, this);
        }

        /** What the timer does. */
        @Override
        public void run() {
            over = true;
            LockSupport.unpark(thread);
        }

        @Override
        boolean isOver() {
            return over;
        }

        @Override
        void park(Object blocker) {
            LockSupport.park(blocker);
        }

        @Override
        void end() {
            timer.cancel();
        }
    }
}
