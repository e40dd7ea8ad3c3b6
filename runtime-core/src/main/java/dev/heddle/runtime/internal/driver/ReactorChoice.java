package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.linux.Epoll;
import java.io.IOException;

/** Which reactor a runtime gets. */
public enum ReactorChoice {
    /** Epoll where it can be had, else the selector. */
    AUTO,
    EPOLL,
    SELECTOR;

    /** Returns why {@link #AUTO} does not choose epoll here; empty if it does. */
    public static String epollUnavailableReason() {
        return Epoll.unavailableReason();
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
                throw new UnsupportedOperationException("Epoll cannot be used here: " + e, e);
            }
            System.getLogger(ReactorChoice.class.getName())
                    .log(System.Logger.Level.WARNING, "Epoll cannot be used here, so sockets use the selector", e);
            return new SelectorReactor(namePrefix + "io", "the system refuses it: " + e, timers);
        }
    }
}
