package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.linux.NativeAccess;
import java.io.IOException;

/** Which reactor a runtime gets. */
public enum ReactorChoice {
    /** Epoll where it can be had, else the selector. */
    AUTO,
    EPOLL,
    SELECTOR;

    /** Asked once, and first: a native call that only got a warning counts as access from then on. */
    private static final String EPOLL_UNAVAILABLE_REASON = NativeAccess.unavailableReason();

    /** Returns why {@link #AUTO} does not choose epoll here; empty if it does. */
    public static String epollUnavailableReason() {
        return EPOLL_UNAVAILABLE_REASON;
    }

    Reactor open(
            String namePrefix,
            Timers timers,
            Runnable wakeSleeper,
            boolean interruptible,
            WorkerBuffers workerBuffers) {
        if (this == SELECTOR) {
            return new SelectorReactor(namePrefix + "io", "the selector was asked for", timers);
        }
        if (this == AUTO && !epollUnavailableReason().isEmpty()) {
            return new SelectorReactor(namePrefix + "io", epollUnavailableReason(), timers);
        }
        try {
            return new EpollReactor(timers, wakeSleeper, interruptible, workerBuffers);
        } catch (IOException | LinkageError | UnsupportedOperationException | IllegalCallerException e) {
            if (this == EPOLL) {
                // Where the JVM refuses, it says no more than that a class could not be initialised.
                String reason = epollUnavailableReason().isEmpty() ? e.toString() : epollUnavailableReason();
                throw new UnsupportedOperationException("Epoll cannot be used here: " + reason, e);
            }
            System.getLogger(ReactorChoice.class.getName())
                    .log(System.Logger.Level.WARNING, "Epoll cannot be used here, so sockets use the selector", e);
            return new SelectorReactor(namePrefix + "io", "the system refuses it: " + e, timers);
        }
    }
}
