package dev.heddle.demo;

import org.springframework.scheduling.concurrent.ExecutorConfigurationSupport;

/**
 * The order in which the parts of the application start; they stop in the reverse order.
 *
 * <p>All above the phase of the runtime, which therefore is there before them and drains after them, and below those of
 * the web server and of the TCP server. So at the end: no more requests over HTTP or RESP, then the last snapshot, of keys
 * that nobody changes any more.
 */
public final class LifecyclePhases {

    private static final int RUNTIME = ExecutorConfigurationSupport.DEFAULT_PHASE;

    /** Keys end when their time comes. */
    public static final int STORE = RUNTIME + 100;

    /** The keys of the last run are loaded; the last thing before the end is to save them. */
    public static final int SNAPSHOT = RUNTIME + 200;

    private LifecyclePhases() {}
}
