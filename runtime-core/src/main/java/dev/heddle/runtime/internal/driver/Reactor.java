package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;

/** Watches registered channels and wakes the tasks that wait for them. */
interface Reactor extends IoDriver {

    /** Returns the name by which users know this implementation. */
    String name();

    /** Returns how many channels are registered. */
    int registrations();

    /** Wakes all who wait, with an error that says that the runtime is shut down, and accepts no more registrations. */
    void shutdown();

    /**
     * Ends its thread and gives its resources back.
     *
     * @param deadlineNanos when to stop waiting for the thread, in terms of {@link System#nanoTime()}
     */
    void close(long deadlineNanos);
}
