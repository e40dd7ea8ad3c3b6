package dev.heddle.runtime.context;

import java.io.Serial;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Thrown when a TCP server cannot be started; says why and what to do. */
public final class TcpServerStartException extends FailureAnalyzedException {

    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param description what is wrong
     * @param action what to do about it
     */
    public TcpServerStartException(String description, String action) {
        super(description, action);
    }

    /**
     * Makes an exception with a cause.
     *
     * @param description what is wrong
     * @param action what to do about it
     * @param cause what the system said
     */
    public TcpServerStartException(String description, String action, Throwable cause) {
        super(description, action, cause);
    }
}
