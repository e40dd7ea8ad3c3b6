package dev.heddle.runtime.sync;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Says that what the caller wanted to talk through is closed. Whoever closed it may have said why: then that is the
 * cause.
 *
 * {@snippet class="dev.heddle.runtime.examples.ChannelExample" region="closed"}
 */
public final class ClosedException extends IllegalStateException {

    @Serial
    private static final long serialVersionUID = 1;

    ClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
