package dev.heddle.runtime.task;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Cancels a {@link CancellationToken} when the block that it belongs to is left, unless it was disarmed.
 *
 * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="drop-guard"}
 */
public final class DropGuard implements AutoCloseable {

    private final CancellationToken token;
    private final AtomicBoolean armed = new AtomicBoolean(true);

    DropGuard(CancellationToken token) {
        this.token = token;
    }

    /**
     * Has the close not cancel the token.
     *
     * @return the token
     */
    public CancellationToken disarm() {
        armed.set(false);
        return token;
    }

    /** Cancels the token; see {@link CancellationToken#cancel()}. Has no effect after a disarm or a first close. */
    @Override
    public void close() {
        if (armed.getAndSet(false)) {
            token.cancel();
        }
    }
}
