package dev.heddle.runtime.net;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Puts accepted connections under TLS, as a server. An acceptor does not change, and may be used by any number of tasks.
 *
 * <p>Let the task of the connection shake hands, not the one that accepts: a peer may take as long as the limit allows.
 *
 * {@snippet class="dev.heddle.runtime.examples.TlsExamples" region="acceptor"}
 */
public final class TlsAcceptor {

    private final SSLContext context;
    private final TlsOptions options;
    private final @Nullable BiFunction<SSLEngine, List<String>, @Nullable String> selector;

    private TlsAcceptor(
            SSLContext context,
            TlsOptions options,
            @Nullable BiFunction<SSLEngine, List<String>, @Nullable String> selector) {
        this.context = context;
        this.options = options;
        this.selector = selector;
    }

    /**
     * Returns an acceptor that uses a context.
     *
     * @param context has the server's key and certificate, and knows which clients to trust if they are asked
     */
    public static TlsAcceptor of(SSLContext context) {
        return new TlsAcceptor(context, TlsOptions.DEFAULTS, null);
    }

    /**
     * Returns the same with a limit to how long a handshake may take.
     *
     * @param timeout positive; 10 seconds, if this is not called
     */
    public TlsAcceptor handshakeTimeout(Duration timeout) {
        return new TlsAcceptor(context, options.within(timeout), selector);
    }

    /**
     * Returns the same with application protocols to choose from (ALPN). A client that offers only others is refused; one
     * that offers none is not.
     *
     * @param protocols names such as {@code h2}; of those that the client offers too, the first is chosen
     */
    public TlsAcceptor applicationProtocols(String... protocols) {
        return new TlsAcceptor(context, options.offering(protocols), selector);
    }

    /**
     * Returns the same with a function that chooses the application protocol, instead of a list.
     *
     * @param choice is given the engine of the connection, whose {@code getHandshakeSession} tells the name that the client
     *     asks for, and what the client offers. It returns one of those, or an empty string for none, or {@code null} to
     *     refuse the client. It is called in the handshake, on the calling task, and not if the client offers nothing
     */
    public TlsAcceptor applicationProtocolSelector(BiFunction<SSLEngine, List<String>, @Nullable String> choice) {
        return new TlsAcceptor(context, options, choice);
    }

    /**
     * Returns the same with other parameters, such as protocols, cipher suites, or whether clients have to show a
     * certificate.
     *
     * @param change is called for each connection and may change all that is set at that time: what the context has, and the
     *     application protocols
     */
    public TlsAcceptor parameters(Consumer<? super SSLParameters> change) {
        return new TlsAcceptor(context, options.changing(change), selector);
    }

    /**
     * Shakes hands with a client, and suspends the calling task meanwhile.
     *
     * @param stream belongs to the new one from now on, and is closed if this fails
     * @return the connection under TLS
     * @throws javax.net.ssl.SSLException if the client does not agree, is not trusted, or does not speak TLS
     * @throws java.net.SocketTimeoutException if the handshake is not finished in time
     * @throws IOException if the connection is lost, the wait interrupted or the runtime shut down
     */
    public TlsStream accept(TcpStream stream) throws IOException {
        return TlsOptions.handshake(stream, this::engine, stream.timers().nanoTime() + options.timeoutNanos());
    }

    private SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(options.applyTo(engine.getSSLParameters()));
        if (selector != null) {
            engine.setHandshakeApplicationProtocolSelector(selector);
        }
        return engine;
    }
}
