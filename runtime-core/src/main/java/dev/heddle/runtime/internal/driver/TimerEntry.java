package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.Timers;
import org.jspecify.annotations.Nullable;

/**
 * One armed timer: when it is due, and its place in a {@link TimerWheel}. What it then does is up to the subclass.
 *
 * <p>Everything here is guarded by the lock of the shard that the timer was put into. It leaves the wheel
 * once, either because it is due or because it is cancelled, and whoever takes it out decides what happens.
 */
abstract class TimerEntry implements Timers.Timer {

    final TimerShard shard;

    /** The tick at which it is due, never earlier than its deadline. */
    final long tick;

    boolean linked;
    byte level;
    byte slot;

    @Nullable
    TimerEntry previous;

    @Nullable
    TimerEntry next;

    TimerEntry(TimerShard shard, long tick) {
        this.shard = shard;
        this.tick = tick;
    }

    @Override
    public boolean cancel() {
        return shard.cancel(this);
    }

    /** Does what the timer is for. Called at most once, by the holder of the driver or by whoever arms it too late. */
    abstract void fire();
}
