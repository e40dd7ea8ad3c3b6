package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.Timers;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * The timers of a runtime: a wheel for each worker, fired by whoever holds the driver.
 *
 * <p>No deadline is slept through. An inserter makes its deadline visible in the shard and then reads
 * {@link #driverWakesAt}; the driver, before it sleeps, sets {@code driverWakesAt} to {@link #ANY}, then reads the shards
 * and only then lowers it to the earliest deadline found. All of these are volatile, so either the driver sees the new
 * deadline, or the inserter sees a value that makes it wake the driver.
 */
final class TimerService implements Timers {

    private static final long TICK_NANOS = 1_000_000L;

    /** The driver does not sleep and will look at the shards before it does. */
    private static final long AWAKE = Long.MIN_VALUE;

    /** The driver is about to sleep and wants to hear of every timer. */
    private static final long ANY = Long.MAX_VALUE;

    private final TimerShard[] shards;
    private final IntSupplier currentShard;
    private final Runnable wakeDriver;
    private final long startNanos = System.nanoTime();
    private volatile long driverWakesAt = AWAKE;

    TimerService(int shardCount, IntSupplier currentShard, Runnable wakeDriver) {
        this.shards = new TimerShard[shardCount];
        for (int i = 0; i < shardCount; i++) {
            shards[i] = new TimerShard();
        }
        this.currentShard = currentShard;
        this.wakeDriver = wakeDriver;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void sleepUntil(long deadlineNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a sleep");
        }
        long now = nanoTime();
        if (deadlineNanos - now <= 0) {
            Thread.yield();
            return;
        }
        Sleep sleep = new Sleep(currentShard(), tickAtOrAfter(deadlineNanos), Thread.currentThread());
        arm(sleep, now);
        while (!sleep.over) {
            LockSupport.park(sleep);
            if (Thread.interrupted()) {
                sleep.cancel();
                throw new InterruptedException("interrupted during a sleep");
            }
        }
    }

    @Override
    public Timer schedule(long deadlineNanos, Runnable action) {
        Action timer = new Action(currentShard(), tickAtOrAfter(deadlineNanos), action);
        arm(timer, nanoTime());
        return timer;
    }

    private TimerShard currentShard() {
        return shards[Math.floorMod(currentShard.getAsInt(), shards.length)];
    }

    private void arm(TimerEntry entry, long now) {
        TimerShard shard = entry.shard;
        if (!shard.insert(entry, tickAtOrBefore(now))) {
            entry.fire();
        } else if (shard.nextExpiration() < driverWakesAt) {
            wakeDriver.run();
        }
    }

    /**
     * Announces that the driver is about to sleep.
     *
     * @return how many nanoseconds it may sleep at most, or {@link Long#MAX_VALUE} when no timer is armed
     */
    long beforeSleep() {
        driverWakesAt = ANY;
        long next = TimerWheel.NEVER;
        for (TimerShard shard : shards) {
            next = Math.min(next, shard.nextExpiration());
        }
        driverWakesAt = next;
        return next == TimerWheel.NEVER ? Long.MAX_VALUE : Math.max(0, startNanos + next * TICK_NANOS - nanoTime());
    }

    void afterSleep() {
        driverWakesAt = AWAKE;
    }

    /** Fires everything that is due. Called by the holder of the driver. */
    void fireDue() {
        long now = tickAtOrBefore(nanoTime());
        for (TimerShard shard : shards) {
            if (shard.nextExpiration() > now) {
                continue;
            }
            for (TimerEntry entry = shard.advance(now); entry != null; ) {
                TimerEntry following = entry.next;
                entry.next = null;
                entry.fire();
                entry = following;
            }
        }
    }

    long armed() {
        long armed = 0;
        for (TimerShard shard : shards) {
            armed += shard.size();
        }
        return armed;
    }

    private long tickAtOrBefore(long nanos) {
        return Math.floorDiv(nanos - startNanos, TICK_NANOS);
    }

    private long tickAtOrAfter(long deadlineNanos) {
        return Math.ceilDiv(deadlineNanos - startNanos, TICK_NANOS);
    }

    private static final class Action extends TimerEntry {

        private final Runnable action;

        Action(TimerShard shard, long tick, Runnable action) {
            super(shard, tick);
            this.action = action;
        }

        @Override
        void fire() {
            action.run();
        }
    }

    /** Wakes a thread. One object with the entry, since there may be millions. */
    private static final class Sleep extends TimerEntry {

        private final Thread sleeper;
        private volatile boolean over;

        Sleep(TimerShard shard, long tick, Thread sleeper) {
            super(shard, tick);
            this.sleeper = sleeper;
        }

        @Override
        void fire() {
            over = true;
            LockSupport.unpark(sleeper);
        }

        @Override
        public String toString() {
            return "timer";
        }
    }
}
