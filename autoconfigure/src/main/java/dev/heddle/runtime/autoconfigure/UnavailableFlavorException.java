package dev.heddle.runtime.autoconfigure;

import java.io.Serial;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Thrown when {@code heddle.flavor} asks for what this JVM does not allow. */
public final class UnavailableFlavorException extends FailureAnalyzedException {

    @Serial
    private static final long serialVersionUID = 1L;

    UnavailableFlavorException(UnsupportedOperationException refusal) {
        super(
                "The runtime cannot have the flavor that 'heddle.flavor' asks for. " + refusal.getMessage(),
                "Start a JVM of version 25 with --add-opens java.base/java.lang=ALL-UNNAMED (in the manifest of an"
                        + " executable jar: 'Add-Opens: java.base/java.lang'), or set 'heddle.flavor' to"
                        + " 'multi-thread', which does without.",
                refusal);
    }
}
