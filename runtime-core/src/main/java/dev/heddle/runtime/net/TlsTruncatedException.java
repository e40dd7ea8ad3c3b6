package dev.heddle.runtime.net;

import java.io.Serial;
import javax.net.ssl.SSLException;

/**
 * A connection under TLS has ended, and the peer has not said that it would. Whoever can cut the connection may have done
 * so; that all has arrived, the application must know by other means.
 *
 * {@snippet class="dev.heddle.runtime.examples.TlsExamples" region="truncated"}
 */
public final class TlsTruncatedException extends SSLException {

    @Serial
    private static final long serialVersionUID = 1;

    TlsTruncatedException() {
        super("The connection ended without the peer's close_notify: what was read may not be all that was sent");
    }
}
