package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;

/** Watches registered channels and wakes the tasks that wait for them. */
interface Reactor extends IoDriver {

    /** Returns the name by which users know this implementation. */
    String name();

    /**
     * Waits until a channel is ready, somebody calls {@link #wakeup()}, or the time is over, and wakes the tasks
     * concerned. For the holder of the driver.
     *
     * @param timeoutNanos how long at most; 0 only looks; {@link Long#MAX_VALUE} waits without limit
     */
    void poll(long timeoutNanos);

    /** Ends the present or the next {@link #poll} early. Callable from any thread. */
    void wakeup();

    /** Returns how many channels are registered. */
    int registrations();

    /** Returns whether {@link #poll} has anything to do: a channel is registered, or closed and not released yet. */
    boolean needsPolling();

    /** Wakes all who wait, with an error that says that the runtime is shut down, and accepts no more registrations. */
    void close();
}
