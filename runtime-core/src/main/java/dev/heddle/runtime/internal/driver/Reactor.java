package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;
import java.util.concurrent.locks.LockSupport;

/** Watches sockets and wakes the tasks that wait for them. */
interface Reactor extends IoDriver {

    /** Returns the name by which users know this implementation. */
    String name();

    /** Returns why there is none on epoll; empty if this is one. */
    String hint();

    /** Returns how many sockets are registered. */
    int registrations();

    /** Returns how often the system had no descriptor or memory for a connection. */
    long refusedAccepts();

    /**
     * Sleeps until a socket is ready, a time has passed, {@link #wakeup()} is called or the thread is unparked. May return
     * early. For the holder of the driver, who has published itself as its sleeper.
     *
     * @param timeoutNanos how long at most, positive; {@link Long#MAX_VALUE} for no limit
     */
    void park(long timeoutNanos);

    /** Sleeps on the thread's permit: what {@link #park} does where there is nothing else to wait for. */
    static void parkThread(Object blocker, long timeoutNanos) {
        if (timeoutNanos == Long.MAX_VALUE) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, timeoutNanos);
        }
    }

    /** Wakes those whose sockets are ready, without sleeping. For the holder of the driver. */
    void poll();

    /** Ends the present {@link #park}, or the next one, unless that sleeps on the thread's permit. */
    void wakeup();

    /** Wakes all who wait, with an error that says that the runtime is shut down, and accepts no more registrations. */
    void shutdown();

    /**
     * Ends its thread, if it has one, and gives its resources back.
     *
     * @param deadlineNanos when to stop waiting for the thread, in terms of {@link System#nanoTime()}
     */
    void close(long deadlineNanos);
}
