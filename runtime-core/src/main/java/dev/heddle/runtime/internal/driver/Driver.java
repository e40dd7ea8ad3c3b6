package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.TimeControl;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What wakes tasks from outside: the timers, behind a lock, and the reactor. There is one driver a runtime. Whoever holds
 * it may sleep in it until the next timer is due; a worker that has nothing to do takes it if it is free.
 */
public final class Driver {

    private final SpinLock holder = new SpinLock();
    private final Reactor reactor;
    private final TimerService timers;
    private final IoDriver io;

    /** How often somebody has taken the driver; written by the holder, read by anybody. */
    private final AtomicInteger looks = new AtomicInteger();

    /** The thread that sleeps in the driver, or is about to. */
    private volatile @Nullable Thread sleeper;

    /**
     * Makes a driver.
     *
     * @param choice which reactor
     * @param interruptible whether an interrupt of the thread that sleeps in it ends the sleep
     * @param namePrefix how the names of its threads begin
     * @param shardCount how many timer wheels, and workers that receive ahead
     * @param currentWorker returns the index of the calling thread if it is a worker of the runtime, or carried by one,
     *     and otherwise -1
     * @param timing what becomes of its timers
     */
    public Driver(
            ReactorChoice choice,
            boolean interruptible,
            String namePrefix,
            int shardCount,
            IntSupplier currentWorker,
            Timing timing) {
        LongSupplier clock = timing.pausable ? new VirtualClock(timing == Timing.PAUSED) : System::nanoTime;
        this.timers = new TimerService(shardCount, currentWorker, this::wakeSleeper, clock, timing == Timing.MONITORED);
        this.reactor = choice.open(
                namePrefix, timers, this::wakeSleeper, interruptible, new WorkerBuffers(shardCount, currentWorker));
        this.io = timing.pausable ? new HoldingIo(reactor, timers.time()) : reactor;
    }

    /** How a runtime deals with its timers. */
    public enum Timing {

        /** By the system's clock. */
        PLAIN(false),

        /** The same, and {@link #collectTimers()} is called every few milliseconds while workers are awake. */
        MONITORED(false),

        /** By a clock that can be paused; the driver has one core. */
        PAUSABLE(true),

        /** The same, paused from the beginning. */
        PAUSED(true);

        private final boolean pausable;

        Timing(boolean pausable) {
            this.pausable = pausable;
        }
    }

    public Timers timers() {
        return timers;
    }

    /** Returns the control of the clock that the timers go by. */
    public TimeControl time() {
        return timers.time();
    }

    public IoDriver io() {
        return io;
    }

    /** Returns the name of the reactor. */
    public String name() {
        return reactor.name();
    }

    /** Returns why the reactor is not the one on epoll; empty if it is. */
    public String hint() {
        return reactor.hint();
    }

    /** Takes the driver if nobody holds it. Followed by {@link #release()} on the same thread. */
    public boolean tryAcquire() {
        if (!holder.tryLock()) {
            return false;
        }
        looks.setOpaque(looks.getPlain() + 1);
        return true;
    }

    /** Returns how often somebody has taken the driver, wrapping around. Callable from any thread. */
    public int looks() {
        return looks.getOpaque();
    }

    /** Returns whether somebody holds the driver. */
    public boolean isHeld() {
        return holder.get();
    }

    public void release() {
        holder.unlock();
    }

    /**
     * Sleeps until a timer is due, the thread is unparked or a deadline has come, and fires what is due; a paused clock is
     * moved on to the next timer instead, if nothing holds it. May return early. For the holder.
     *
     * @param deadlineNanos in terms of {@link System#nanoTime()}; {@link Long#MAX_VALUE} for none
     * @param idle whether there is still nothing to run
     */
    public void park(long deadlineNanos, BooleanSupplier idle) {
        // Before the deadlines, and what holds a paused clock, are read: whoever changes one of them too late for that
        // finds whom to wake.
        sleeper = Thread.currentThread();
        long timeout = timers.beforeSleep();
        if (!timers.passTime(idle)) {
            sleep(deadlineNanos == Long.MAX_VALUE ? timeout : Math.min(timeout, deadlineNanos - System.nanoTime()));
        }
        timers.afterSleep();
        sleeper = null;
        timers.fireDue();
    }

    private void sleep(long timeout) {
        if (timeout > 0) {
            reactor.park(timeout);
        } else {
            reactor.poll();
        }
    }

    /**
     * Returns whether a timer should have been fired some time ago. Callable from any thread.
     *
     * @param nanos how long ago
     */
    public boolean isOverdueBy(long nanos) {
        return timers.isOverdueBy(nanos);
    }

    /** Fires the timers that are due, and wakes those whose sockets are ready. Does not sleep. For the holder. */
    public void poll() {
        reactor.poll();
        timers.fireDue();
    }

    /**
     * Makes the timers that a worker has armed since the last time part of the whole. For the worker, before it sleeps and
     * now and then.
     *
     * @param worker its index
     */
    public void collectTimers(int worker) {
        timers.collect(worker);
    }

    /** The same for all workers, in case one is held up. Callable from any thread. */
    public void collectTimers() {
        timers.collectAll();
    }

    /**
     * Ends the present or the next {@link #park} of a thread early. Callable from any thread.
     *
     * @param holder the thread, which holds the driver or is about to sleep in it
     */
    public void wakeup(@Nullable Thread holder) {
        // Which of the two it sleeps by, or will, is not for others to know.
        reactor.wakeup();
        LockSupport.unpark(holder);
    }

    private void wakeSleeper() {
        Thread present = sleeper;
        if (present != null) {
            wakeup(present);
        }
    }

    /** Returns how many timers are armed. */
    public long armedTimers() {
        return timers.armed();
    }

    /** Returns how many sockets are registered. */
    public int registrations() {
        return reactor.registrations();
    }

    /** Returns how often the system had no descriptor or memory for a connection. */
    public long refusedAccepts() {
        return reactor.refusedAccepts();
    }

    /** Wakes all who wait for I/O with an error, for ever. Timers go on. */
    public void shutdown() {
        reactor.shutdown();
    }

    /**
     * Gives its resources back, once nobody runs the driver any more. Timers that are left never fire.
     *
     * @param deadlineNanos when to stop waiting for its threads, in terms of {@link System#nanoTime()}
     */
    public void close(long deadlineNanos) {
        reactor.close(deadlineNanos);
    }
}
