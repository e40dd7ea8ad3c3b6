package dev.heddle.runtime.net;

import java.io.IOException;
import java.io.Serial;

/**
 * A peer sends a frame or a line that is longer than was agreed. The stream cannot be read any further.
 *
 * {@snippet class="dev.heddle.runtime.examples.NetExamples" region="too-long"}
 */
public final class FrameTooLongException extends IOException {

    @Serial
    private static final long serialVersionUID = 1;

    FrameTooLongException(String what, long bytes, int limit) {
        super("A " + what + " has at most " + limit + " bytes, and this one has " + bytes + " or more");
    }
}
