package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskId;
import java.util.ArrayList;
import java.util.List;

/** A task whose clock and timers are moved by hand. */
final class ManualTask implements TaskContext, Timers {

    /** What {@link #sleepUntil} was asked for. */
    final List<Long> deadlines = new ArrayList<>();

    volatile long now;
    volatile boolean aborted;

    /** Makes the next sleep end by an interrupt. */
    boolean interruptNext;

    /** The action of the timer armed last. */
    volatile Runnable armed;

    volatile boolean timerCancelled;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public void sleepUntil(long deadlineNanos) throws InterruptedException {
        deadlines.add(deadlineNanos);
        if (interruptNext) {
            interruptNext = false;
            throw new InterruptedException("as the test wanted");
        }
        now = Math.max(now, deadlineNanos);
    }

    @Override
    public Timer schedule(long deadlineNanos, Runnable action) {
        deadlines.add(deadlineNanos);
        armed = action;
        return () -> timerCancelled = true;
    }

    @Override
    public boolean isAborted() {
        return aborted;
    }

    @Override
    public TaskId id() {
        return new TaskId(1);
    }

    @Override
    public String name() {
        return null;
    }

    @Override
    public Spawner spawner() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Timers timers() {
        return this;
    }

    @Override
    public IoDriver io() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void consumeBudget() {}
}
