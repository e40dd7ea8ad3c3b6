package dev.heddle.runtime.net;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * What both ends of a connection under TLS may be told.
 *
 * @param timeoutNanos how long a handshake may take
 * @param protocols the application protocols to offer, or to choose from
 * @param change what is called last
 */
record TlsOptions(long timeoutNanos, List<String> protocols, Consumer<? super SSLParameters> change) {

    static final TlsOptions DEFAULTS = new TlsOptions(Duration.ofSeconds(10).toNanos(), List.of(), parameters -> {});

    TlsOptions within(Duration timeout) {
        if (!timeout.isPositive()) {
            throw new IllegalArgumentException("A timeout must be positive: " + timeout);
        }
        return new TlsOptions(Timeouts.nanos(timeout), protocols, change);
    }

    TlsOptions offering(String... names) {
        return new TlsOptions(timeoutNanos, List.of(names), change);
    }

    TlsOptions changing(Consumer<? super SSLParameters> otherChange) {
        return new TlsOptions(timeoutNanos, protocols, otherChange);
    }

    SSLParameters applyTo(SSLParameters parameters) {
        if (!protocols.isEmpty()) {
            parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        }
        change.accept(parameters);
        return parameters;
    }

    /** Makes the engine of a connection. */
    @FunctionalInterface
    interface EngineMaker {
        SSLEngine make() throws IOException;
    }

    /** Shakes hands. If the engine cannot even be made, the stream is closed as well. */
    static TlsStream handshake(TcpStream stream, EngineMaker engine, long deadlineNanos) throws IOException {
        SSLEngine made = null;
        try {
            made = engine.make();
        } finally {
            if (made == null) {
                stream.close();
            }
        }
        return TlsStream.handshake(made, stream, deadlineNanos);
    }
}
