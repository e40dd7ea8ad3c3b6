package dev.heddle.runtime.sync;

import java.io.Serial;

/**
 * Tells a receiver of a {@link Broadcast} that it was too slow: values that it had not received yet were replaced.
 *
 * {@snippet class="dev.heddle.runtime.examples.BroadcastExample" region="broadcast"}
 */
public final class LaggedException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    private final long missed;

    LaggedException(long missed) {
        super("The receiver was too slow and missed " + missed + " values");
        this.missed = missed;
    }

    /** Returns how many values the receiver has missed since it last received one, or was told of missed ones. */
    public long missed() {
        return missed;
    }
}
