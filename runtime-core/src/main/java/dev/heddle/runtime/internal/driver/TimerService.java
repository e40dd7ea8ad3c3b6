package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.TimeControl;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.log.SafeLog;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The timers of a runtime: a {@linkplain TimerShard shard} for each worker, all fired by whoever holds the driver.
 *
 * <p>No deadline is slept through. Who arms a timer makes its deadline visible in the shard and then reads
 * {@link #driverWakesAt}; the driver, before it sleeps, sets {@code driverWakesAt} to {@link #ANY}, then reads the shards
 * and only then lowers it to the earliest deadline found. All of these are volatile, or fenced, so either the driver sees
 * the new deadline, or who armed it sees a value that makes it wake the driver.
 *
 * <p>Limits of {@link #LONG_NANOS} or more are different: nearly all of them end long before. One that a worker's task arms
 * is put down without a look at the clock and counts from the next time that the shard is collected. That is when the
 * worker looks at the driver or has nothing to do, and a {@linkplain #collectAll() monitor} sees to it that it is soon. So
 * it fires later than it would by what the task computes before that, and never early.
 */
final class TimerService implements Timers {

    /** The driver does not sleep and will look at the shards before it does. */
    private static final long AWAKE = Long.MIN_VALUE;

    /** The driver is about to sleep and wants to hear of every timer. */
    private static final long ANY = Long.MAX_VALUE;

    private static final long LONG_NANOS = 1_000_000_000L;

    private final TimerShard[] shards;
    private final IntSupplier currentOwner;
    private final Runnable wakeDriver;
    private final LongSupplier clock;
    private final @Nullable VirtualClock virtual;
    private final TimeControl time;
    private final boolean monitored;
    private final long startNanos;
    private volatile long driverWakesAt = AWAKE;

    /**
     * Makes a service.
     *
     * @param shardCount how many shards
     * @param currentOwner returns the index of the calling thread if it is a worker, or carried by one, and otherwise -1.
     *     No two threads may be the same worker at the same time
     * @param wakeDriver ends the driver's sleep
     * @param clock the time, comparable only by difference; a {@link VirtualClock} if it shall be pausable
     * @param monitored whether somebody calls {@link #collectAll()} every few milliseconds while workers are awake
     */
    TimerService(int shardCount, IntSupplier currentOwner, Runnable wakeDriver, LongSupplier clock, boolean monitored) {
        this.shards = new TimerShard[shardCount];
        for (int i = 0; i < shardCount; i++) {
            shards[i] = new TimerShard();
        }
        this.currentOwner = currentOwner;
        this.wakeDriver = wakeDriver;
        this.clock = clock;
        this.virtual = clock instanceof VirtualClock pausable ? pausable : null;
        this.time = virtual == null ? new SystemTime() : new PausableTimers(this, virtual, wakeDriver);
        this.monitored = monitored;
        this.startNanos = clock.getAsLong();
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public Instant instant() {
        return virtual == null ? Clock.systemUTC().instant() : virtual.instant();
    }

    TimeControl time() {
        return time;
    }

    /** Returns the present, in nanoseconds since the service began. */
    long sinceStart() {
        return clock.getAsLong() - startNanos;
    }

    @Override
    public void sleepUntil(long deadlineNanos) throws InterruptedException {
        long now = sinceStart();
        sleep(now, deadlineNanos - startNanos);
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        long now = sinceStart();
        sleep(now, now + nanos);
    }

    private void sleep(long now, long deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted before a sleep");
        }
        if (deadline - now <= 0) {
            Thread.yield();
            return;
        }
        long tick = Ticks.atOrAfter(deadline);
        TimerShard own = ownShard();
        if (own != null) {
            sleep(own, new Sleep(tick, TimerEntry.HANDED), true, now);
        } else if (virtual == null) {
            sleep(foreignShard(), new Sleep(tick, TimerEntry.LINKED), false, now);
        } else {
            sleepWithoutHold(tick, now);
        }
    }

    /** Lets a paused clock go on while a blocking task does nothing but wait for it. */
    private void sleepWithoutHold(long tick, long now) throws InterruptedException {
        TimerShard shard = foreignShard();
        HeldSleep sleep = new HeldSleep(tick, time);
        // First, so that the clock cannot pass by.
        arm(sleep, shard, false, now);
        time.release();
        try {
            await(sleep, shard);
        } finally {
            if (!sleep.isFired()) {
                time.hold();
            }
        }
    }

    private void sleep(TimerShard shard, Sleep sleep, boolean own, long now) throws InterruptedException {
        arm(sleep, shard, own, now);
        await(sleep, shard);
    }

    private static void await(Sleep sleep, TimerShard shard) throws InterruptedException {
        while (!sleep.isFired()) {
            LockSupport.park(sleep);
            if (Thread.interrupted()) {
                shard.cancel(sleep);
                throw new InterruptedException("interrupted during a sleep");
            }
        }
    }

    @Override
    public Timer schedule(long deadlineNanos, Runnable action) {
        return schedule(sinceStart(), deadlineNanos - startNanos, action);
    }

    @Override
    public Timer limit(long nanos, Runnable action) {
        TimerShard own;
        if (monitored && nanos >= LONG_NANOS && (own = ownShard()) != null) {
            Action timer = new Action(own, nanos, TimerEntry.RELATIVE, action);
            hand(timer, own);
            return timer;
        }
        long now = sinceStart();
        return schedule(now, now + nanos, action);
    }

    private Timer schedule(long now, long deadline, Runnable action) {
        TimerShard own = ownShard();
        TimerShard shard = own == null ? foreignShard() : own;
        byte state = own == null ? TimerEntry.LINKED : TimerEntry.HANDED;
        Action timer = new Action(shard, Ticks.atOrAfter(deadline), state, action);
        arm(timer, shard, own != null, now);
        return timer;
    }

    private @Nullable TimerShard ownShard() {
        int owner = currentOwner.getAsInt();
        return owner >= 0 && owner < shards.length ? shards[owner] : null;
    }

    private TimerShard foreignShard() {
        return shards[(int) (Thread.currentThread().threadId() % shards.length)];
    }

    private void arm(TimerEntry entry, TimerShard shard, boolean own, long now) {
        long tick = Ticks.atOrBefore(now);
        if (own && entry.tick > tick) {
            hand(entry, shard);
        } else if (own || !shard.insert(entry, tick)) {
            fire(entry);
            return;
        }
        wakeDriverFor(entry.tick);
    }

    private void hand(TimerEntry entry, TimerShard own) {
        while (!own.hand(entry)) {
            if (own.tryCollectOwn(sinceStart())) {
                wakeDriverFor(own.nextExpiration());
            } else {
                // To wait for the lock may take the caller to another worker, and then it is not the owner any more.
                own.put(entry, sinceStart());
                wakeDriverFor(own.nextExpiration());
                return;
            }
        }
    }

    private void wakeDriverFor(long tick) {
        if (tick < driverWakesAt) {
            wakeDriver.run();
        }
    }

    /**
     * Puts what a worker has armed into its wheel. For the worker, before it sleeps and now and then.
     *
     * @param owner its index
     */
    void collect(int owner) {
        if (owner < shards.length) {
            collect(shards[owner]);
        }
    }

    private void collect(TimerShard own) {
        if (own.hasHanded()) {
            own.collectOwn(sinceStart());
            wakeDriverFor(own.nextExpiration());
        }
    }

    /** The same for all workers, by anybody: for those that have not come to it. */
    void collectAll() {
        for (TimerShard shard : shards) {
            if (shard.hasHanded()) {
                shard.collectForeign(sinceStart());
                wakeDriverFor(shard.nextExpiration());
            }
        }
    }

    /**
     * Announces that the driver is about to sleep.
     *
     * @return how many nanoseconds it may sleep at most, or {@link Long#MAX_VALUE} when no timer is armed
     */
    long beforeSleep() {
        driverWakesAt = ANY;
        if (virtual != null) {
            forgetCancelled();
        }
        long next = nextExpiration();
        driverWakesAt = next;
        // A paused clock is moved on by whoever has nothing to do, not waited for.
        return next == TimerWheel.NEVER || time.isPaused()
                ? Long.MAX_VALUE
                : Math.max(0, next * Ticks.NANOS - sinceStart());
    }

    /** Sees to it that a paused clock is not moved on to the time of a timer that was cancelled. */
    private void forgetCancelled() {
        for (TimerShard shard : shards) {
            shard.collectForeign(sinceStart());
        }
    }

    private long nextExpiration() {
        long next = TimerWheel.NEVER;
        for (TimerShard shard : shards) {
            next = Math.min(next, shard.nextExpiration());
        }
        return next;
    }

    /** Returns when the next timer is due, in nanoseconds since the service began; {@link Long#MAX_VALUE} for never. */
    long nextExpirationNanos() {
        long next = nextExpiration();
        return next == TimerWheel.NEVER ? Long.MAX_VALUE : next * Ticks.NANOS;
    }

    /** Returns whether a timer is late by so much. Callable from any thread. */
    boolean isOverdueBy(long nanos) {
        long next = nextExpirationNanos();
        return next != Long.MAX_VALUE && sinceStart() - next > nanos;
    }

    /**
     * Sets the clock.
     *
     * @param clock the service's
     * @param sinceStart the time, in nanoseconds since the service began
     */
    void setTo(VirtualClock clock, long sinceStart) {
        clock.advanceTo(startNanos + sinceStart);
    }

    /** Moves a paused clock on, see {@link PausableTimers#passTime}. */
    boolean passTime(BooleanSupplier idle) {
        return time instanceof PausableTimers pausable && pausable.passTime(idle);
    }

    void afterSleep() {
        driverWakesAt = AWAKE;
    }

    /** Fires everything that is due. Called by the holder of the driver. */
    void fireDue() {
        long now = sinceStart();
        long tick = Ticks.atOrBefore(now);
        for (TimerShard shard : shards) {
            if (shard.nextExpiration() > tick) {
                continue;
            }
            for (TimerEntry entry = shard.advance(now); entry != null; ) {
                TimerEntry following = entry.next;
                entry.next = null;
                fire(entry);
                entry = following;
            }
        }
    }

    /** Fires it, if it was not cancelled. What its action throws harms nobody else: those that are due as well, and the driver. */
    private static void fire(TimerEntry entry) {
        if (!entry.claimToFire()) {
            return;
        }
        try {
            entry.fire();
        } catch (Throwable failure) {
            SafeLog.error(TimerService.class, "The action of a timer failed", failure);
        }
    }

    long armed() {
        long armed = 0;
        for (TimerShard shard : shards) {
            armed += shard.size();
        }
        return armed;
    }

    private static final class Action extends TimerEntry implements Timer {

        private final TimerShard shard;
        private final Runnable action;

        Action(TimerShard shard, long tick, byte state, Runnable action) {
            super(tick, state);
            this.shard = shard;
            this.action = action;
        }

        @Override
        public boolean cancel() {
            return shard.cancel(this);
        }

        @Override
        public boolean hasFired() {
            return isFired();
        }

        @Override
        void fire() {
            action.run();
        }
    }

    /** Wakes a thread. */
    private static class Sleep extends TimerEntry {

        private final Thread sleeper = Thread.currentThread();

        Sleep(long tick, byte state) {
            super(tick, state);
        }

        @Override
        void fire() {
            LockSupport.unpark(sleeper);
        }

        @Override
        public String toString() {
            return "timer";
        }
    }

    /** Wakes a thread of the blocking pool, and holds the clock in its name before it may go on. */
    private static final class HeldSleep extends Sleep {

        private final TimeControl time;

        HeldSleep(long tick, TimeControl time) {
            super(tick, LINKED);
            this.time = time;
        }

        @Override
        void fire() {
            time.hold();
            super.fire();
        }
    }
}
