package dev.heddle.runtime;

import java.io.Serial;

/**
 * Thrown where a runtime is built with a {@link NetDriver} that was chosen and cannot be had on this machine, or in this JVM.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="net-driver-unavailable"}
 */
public final class NetDriverUnavailableException extends UnsupportedOperationException {

    @Serial
    private static final long serialVersionUID = 1L;

    NetDriverUnavailableException(UnsupportedOperationException refusal) {
        super(refusal.getMessage(), refusal);
    }
}
