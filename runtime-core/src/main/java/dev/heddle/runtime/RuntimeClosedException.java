package dev.heddle.runtime;

import java.io.Serial;
import java.util.concurrent.RejectedExecutionException;

/**
 * Thrown by a spawn when the runtime has been shut down, or is shutting down and the caller is not one of its tasks.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="closed"}
 */
public final class RuntimeClosedException extends RejectedExecutionException {

    @Serial
    private static final long serialVersionUID = 1L;

    RuntimeClosedException(String runtimeName) {
        super("Runtime '" + runtimeName + "' is shut down and accepts no more tasks");
    }
}
