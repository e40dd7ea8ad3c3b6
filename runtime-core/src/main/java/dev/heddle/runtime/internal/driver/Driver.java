package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.function.IntSupplier;

/**
 * What wakes tasks from outside: the reactor and the timers, behind one lock. There is one driver a runtime. Whoever holds
 * it may sleep in it; a worker that has nothing to do takes it if it is free.
 */
public final class Driver {

    private final SpinLock holder = new SpinLock();
    private final Reactor reactor = new SelectorReactor();
    private final TimerService timers;

    /**
     * Makes a driver.
     *
     * @param shardCount how many timer wheels
     * @param currentShard a number that spreads the calling threads over the wheels; of any size
     */
    public Driver(int shardCount, IntSupplier currentShard) {
        this.timers = new TimerService(shardCount, currentShard, reactor::wakeup);
    }

    public Timers timers() {
        return timers;
    }

    public IoDriver io() {
        return reactor;
    }

    /** Returns the name of the reactor. */
    public String name() {
        return reactor.name();
    }

    /** Takes the driver if nobody holds it. Followed by {@link #release()} on the same thread. */
    public boolean tryAcquire() {
        return holder.tryLock();
    }

    public void release() {
        holder.unlock();
    }

    /** Sleeps until I/O is ready, a timer is due or somebody calls {@link #wakeup()}; wakes tasks. For the holder. */
    public void park() {
        long timeout = timers.beforeSleep();
        try {
            reactor.poll(timeout);
        } finally {
            timers.afterSleep();
        }
        timers.fireDue();
    }

    /** Looks for ready I/O and due timers without waiting; wakes tasks. For the holder. */
    public void pollNow() {
        if (reactor.needsPolling()) {
            reactor.poll(0);
        }
        timers.fireDue();
    }

    /** Ends the present or the next {@link #park()} early. Callable from any thread. */
    public void wakeup() {
        reactor.wakeup();
    }

    /** Returns how many timers are armed. */
    public long armedTimers() {
        return timers.armed();
    }

    /** Returns how many sockets are registered. */
    public int registrations() {
        return reactor.registrations();
    }

    /** Wakes all who wait for I/O with an error, for ever. Timers are left: nobody fires them any more. */
    public void close() {
        reactor.close();
    }
}
