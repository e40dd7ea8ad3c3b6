package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.TimeControl;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves the time of a paused clock on, for the driver of a runtime that has one core.
 *
 * <p>When the core has nothing to run, the time jumps to whatever comes first: a timer, or the end of an {@link #advance}.
 * Timers come before the end of an advance at the same time, and what they wake runs before it, so an advance returns when
 * everything on the way is done.
 *
 * <p>Does a blocking task that ends at this moment count as something to run? Yes: it makes whoever waits for it runnable,
 * which notifies the core, before it {@linkplain #release() releases} the time; here the holds are read first and the
 * notification after that.
 *
 * <p>Nothing that lets the time pass is missed: whoever pauses the clock, takes back the last hold or wants an advance does
 * so and then looks whom to wake; the driver publishes itself as its sleeper and then looks at all of these. Nor is a timer
 * that is armed meanwhile: the driver announces that it is about to sleep before it looks for the next.
 */
final class PausableTimers implements TimeControl {

    /** A thread in {@link #advance}. */
    private static final class Goal {

        private final long nanos;
        private final Thread thread = Thread.currentThread();
        private volatile boolean reached;

        Goal(long nanos) {
            this.nanos = nanos;
        }

        void reach() {
            reached = true;
            LockSupport.unpark(thread);
        }

        @Override
        public String toString() {
            return "timer";
        }
    }

    private final TimerService timers;
    private final VirtualClock clock;
    private final Runnable wakeDriver;
    private final AtomicInteger holds = new AtomicInteger();

    /** Guards {@link #goals}. */
    private final SpinLock lock = new SpinLock();

    private final PriorityQueue<Goal> goals = new PriorityQueue<>(Comparator.comparingLong(goal -> goal.nanos));

    /**
     * Makes a control.
     *
     * @param timers the timers that go by the clock
     * @param clock what to move on
     * @param wakeDriver ends the driver's sleep
     */
    PausableTimers(TimerService timers, VirtualClock clock, Runnable wakeDriver) {
        this.timers = timers;
        this.clock = clock;
        this.wakeDriver = wakeDriver;
    }

    @Override
    public boolean isPausable() {
        return true;
    }

    @Override
    public boolean isPaused() {
        return clock.isPaused();
    }

    @Override
    public void pause() {
        clock.pause();
        wakeDriver.run();
    }

    @Override
    public void resume() {
        clock.resume();
        reachUntil(Long.MAX_VALUE);
        wakeDriver.run();
    }

    @Override
    public void advance(long nanos) throws InterruptedException {
        Goal goal = new Goal(timers.sinceStart() + nanos);
        lock.lock();
        try {
            goals.add(goal);
        } finally {
            lock.unlock();
        }
        if (!isPaused()) {
            // Resumed in between: nobody else would end it.
            goal.reach();
        }
        wakeDriver.run();
        try {
            while (!goal.reached) {
                LockSupport.park(goal);
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while the time was moved on");
                }
            }
        } finally {
            forget(goal);
        }
    }

    private void forget(Goal goal) {
        lock.lock();
        try {
            goals.remove(goal);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void hold() {
        holds.incrementAndGet();
    }

    @Override
    public void release() {
        if (holds.decrementAndGet() == 0 && isPaused()) {
            wakeDriver.run();
        }
    }

    /**
     * Moves the time on to what comes first and fires it. For the holder of the driver, which is about to sleep, when its
     * core has nothing to run.
     *
     * @param idle whether that is still so
     * @return whether there was anything to move on to
     */
    boolean passTime(BooleanSupplier idle) {
        if (!isPaused()) {
            return false;
        }
        long goal = earliestGoal();
        if ((goal == Long.MAX_VALUE && holds.get() > 0) || !idle.getAsBoolean()) {
            return false;
        }
        long next = timers.nextExpirationNanos();
        if (next == Long.MAX_VALUE && goal == Long.MAX_VALUE) {
            return false;
        }
        timers.setTo(clock, Math.min(next, goal));
        if (next <= goal) {
            timers.fireDue();
        } else {
            reachUntil(goal);
        }
        return true;
    }

    private long earliestGoal() {
        lock.lock();
        try {
            Goal first = goals.peek();
            return first == null ? Long.MAX_VALUE : first.nanos;
        } finally {
            lock.unlock();
        }
    }

    private void reachUntil(long nanos) {
        for (Goal goal = pollGoal(nanos); goal != null; goal = pollGoal(nanos)) {
            goal.reach();
        }
    }

    private @Nullable Goal pollGoal(long nanos) {
        lock.lock();
        try {
            Goal first = goals.peek();
            return first == null || first.nanos > nanos ? null : goals.poll();
        } finally {
            lock.unlock();
        }
    }
}
