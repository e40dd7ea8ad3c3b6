package dev.heddle.demo.protocol;

import java.io.Serial;

/** Thrown when a client does not speak the protocol; after being told so it is of no more use. */
public final class ProtocolException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final String problem;

    ProtocolException(String problem) {
        // Garbage from the network must not cost a stack trace each.
        super(problem, null, false, false);
        this.problem = problem;
    }

    /** Returns what the client is told. */
    public String reply() {
        return "ERR Protocol error: " + problem;
    }
}
