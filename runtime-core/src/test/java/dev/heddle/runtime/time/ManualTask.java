package dev.heddle.runtime.time;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.port.Limit;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A task whose clock and timers are moved by hand. */
final class ManualTask implements TaskContext, Timers {

    /** What {@link #sleepUntil} was asked for. */
    final List<Long> deadlines = new ArrayList<>();

    volatile long now;
    volatile boolean aborted;

    /** Makes the next sleep end by an interrupt. */
    boolean interruptNext;

    /** Fires the timer that was armed first, unless it is cancelled. */
    volatile Runnable armed;

    /** The limits that bodies are reported to have overrun. */
    final List<Duration> overran = new ArrayList<>();

    private @Nullable Limit limit;

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochSecond(0, nanoTime());
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
        ManualTimer timer = new ManualTimer(action);
        if (armed == null) {
            armed = timer;
        }
        return timer;
    }

    private static final class ManualTimer implements Timer, Runnable {

        private enum State {
            ARMED,
            FIRED,
            CANCELLED
        }

        private final AtomicReference<State> state = new AtomicReference<>(State.ARMED);
        private final Runnable action;

        ManualTimer(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            if (state.compareAndSet(State.ARMED, State.FIRED)) {
                action.run();
            }
        }

        @Override
        public boolean cancel() {
            return state.compareAndSet(State.ARMED, State.CANCELLED);
        }

        @Override
        public boolean hasFired() {
            return state.get() == State.FIRED;
        }
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        sleepUntil(now + nanos);
    }

    @Override
    public Timer limit(long nanos, Runnable action) {
        return schedule(now + nanos, action);
    }

    @Override
    public @Nullable Limit limit() {
        return limit;
    }

    @Override
    public void within(@Nullable Limit within) {
        limit = within;
    }

    @Override
    public void overran(Duration duration) {
        overran.add(duration);
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
    public Resolver resolver() {
        throw new UnsupportedOperationException();
    }

    @Override
    public IoDriver io() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void consumeBudget() {}
}
