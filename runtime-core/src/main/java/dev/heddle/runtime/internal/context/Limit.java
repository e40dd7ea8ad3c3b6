package dev.heddle.runtime.internal.context;

/** A time limit that a running task is within. It interrupts the task's thread when the time is over. */
public interface Limit {

    /** Returns whether this or a limit around it has fired, and thus has interrupted the thread or is about to. */
    boolean hasFired();
}
