package dev.heddle.runtime.internal.port;

/**
 * What a running body is within that may end it early: a time, or a token. It interrupts the body's thread, and the interrupt
 * must hit that body and nothing after it. So who clears the interrupt of an inner limit asks whether an outer one has fired
 * as well, and then sets it again.
 */
public interface Limit {

    /** Returns whether this or a limit around it has fired, and thus has interrupted the thread or is about to. */
    boolean hasFired();
}
