package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.io.Serial;

/** The system has no descriptor, or no memory, for another connection, and would say so again if asked at once. */
public final class DescriptorsExhaustedException extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    public DescriptorsExhaustedException(IOException cause) {
        super(cause.getMessage(), cause);
    }
}
