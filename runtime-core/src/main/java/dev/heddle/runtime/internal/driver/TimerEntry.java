package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.Timers;
import org.jspecify.annotations.Nullable;

/**
 * One armed timer: what to do and when, and its place in a {@link TimerWheel}.
 *
 * <p>Everything here but the action is guarded by the lock of the shard that the timer was put into. It leaves the wheel
 * once, either because it is due or because it is cancelled, and whoever takes it out decides what happens.
 */
final class TimerEntry implements Timers.Timer {

    private final TimerShard shard;
    private final Runnable action;

    /** The tick at which it is due, never earlier than its deadline. */
    final long tick;

    boolean linked;
    int level;
    int slot;

    @Nullable
    TimerEntry previous;

    @Nullable
    TimerEntry next;

    TimerEntry(TimerShard shard, long tick, Runnable action) {
        this.shard = shard;
        this.tick = tick;
        this.action = action;
    }

    @Override
    public boolean cancel() {
        return shard.cancel(this);
    }

    void fire() {
        action.run();
    }
}
