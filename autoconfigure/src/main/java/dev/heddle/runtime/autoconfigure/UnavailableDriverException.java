package dev.heddle.runtime.autoconfigure;

import dev.heddle.runtime.NetDriverUnavailableException;
import java.io.Serial;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Thrown when {@code heddle.net.driver} asks for what this machine or JVM does not have. */
public final class UnavailableDriverException extends FailureAnalyzedException {

    @Serial
    private static final long serialVersionUID = 1L;

    UnavailableDriverException(NetDriverUnavailableException refusal) {
        super(
                "The runtime cannot have the driver that 'heddle.net.driver' asks for, which is 'epoll'. "
                        + refusal.getMessage() + ".",
                "Start the JVM on Linux (x86-64 or aarch64) with --enable-native-access=ALL-UNNAMED (in the manifest of an"
                        + " executable jar: 'Enable-Native-Access: ALL-UNNAMED'), or set 'heddle.net.driver' to 'auto',"
                        + " which does without where it has to.",
                refusal);
    }
}
