package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Makes connections under TLS, as a client. It checks that the peer's certificate is trusted by its context and is that of the
 * host that was asked for, and tells the peer the host's name (SNI).
 *
 * <p>A connector does not change, and may be used by any number of tasks. Its context keeps the sessions, which later
 * connections to the same host and port resume.
 *
 * {@snippet class="dev.heddle.runtime.examples.TlsExamples" region="connector"}
 */
public final class TlsConnector {

    /** An address of IPv4 or IPv6 as text, which is no name to be sent. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*:.*");

    private final SSLContext context;
    private final TlsOptions options;

    private TlsConnector(SSLContext context, TlsOptions options) {
        this.context = context;
        this.options = options;
    }

    /**
     * Returns a connector that uses a context.
     *
     * @param context knows whom to trust, and who this client is if it is asked
     */
    public static TlsConnector of(SSLContext context) {
        return new TlsConnector(context, TlsOptions.DEFAULTS);
    }

    /**
     * Returns the same with a limit to how long a handshake may take.
     *
     * @param timeout positive; 10 seconds, if this is not called
     */
    public TlsConnector handshakeTimeout(Duration timeout) {
        return new TlsConnector(context, options.within(timeout));
    }

    /**
     * Returns the same with application protocols to offer to the peer (ALPN).
     *
     * @param protocols names such as {@code h2}, the preferred one first
     */
    public TlsConnector applicationProtocols(String... protocols) {
        return new TlsConnector(context, options.offering(protocols));
    }

    /**
     * Returns the same with other parameters, such as protocols or cipher suites.
     *
     * @param change is called for each connection and may change all that is set at that time: what the context has, the
     *     name for SNI, the {@code HTTPS} way to identify the peer, and the application protocols
     */
    public TlsConnector parameters(Consumer<? super SSLParameters> change) {
        return new TlsConnector(context, options.changing(change));
    }

    /**
     * Looks up a host, connects to it as {@link TcpStream#connect(String, int, Duration)} does, and shakes hands.
     *
     * @param host a name, or an address as text
     * @param port from 1 to 65535
     * @param timeout for all together; positive. The handshake has a limit of its own besides
     * @return the connection
     * @throws javax.net.ssl.SSLException if the peer is not trusted, is not that host, or does not agree otherwise
     * @throws java.net.UnknownHostException if the host has no address
     * @throws java.net.SocketTimeoutException if the time is over before
     * @throws IOException if nobody can be connected to, the wait is interrupted or the runtime shut down
     * @throws IllegalStateException if the caller is not a task
     */
    public TlsStream connect(String host, int port, Duration timeout) throws IOException {
        Timers timers = CurrentTask.require("TlsConnector.connect").timers();
        long deadline = timers.nanoTime() + Timeouts.nanos(timeout);
        TcpStream stream = TcpStream.connect(host, port, timeout);
        return TlsOptions.handshake(
                stream, () -> engine(host, port), Math.min(timers.nanoTime() + options.timeoutNanos(), deadline));
    }

    /**
     * Shakes hands with the peer of a connection that exists, such as one on which the peer has been asked to go on under
     * TLS.
     *
     * @param stream belongs to the new one from now on, and is closed if this fails
     * @param host what the peer's certificate has to be for, and what it is told; a name, or an address as text
     * @return the connection under TLS
     * @throws javax.net.ssl.SSLException if the peer is not trusted, is not that host, or does not agree otherwise
     * @throws java.net.SocketTimeoutException if the handshake is not finished in time
     * @throws IOException if the connection is lost, the wait interrupted or the runtime shut down
     */
    public TlsStream connect(TcpStream stream, String host) throws IOException {
        long deadline = stream.timers().nanoTime() + options.timeoutNanos();
        return TlsOptions.handshake(
                stream, () -> engine(host, stream.remoteAddress().getPort()), deadline);
    }

    private SSLEngine engine(String host, int port) {
        // The dot that ends a whole name belongs to the look-up; certificates have none.
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        SSLEngine engine = context.createSSLEngine(name, port);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(serverNames(name));
        engine.setSSLParameters(options.applyTo(parameters));
        return engine;
    }

    /** The JDK's own choice leaves out names without a dot. */
    private static List<SNIServerName> serverNames(String name) {
        if (ADDRESS.matcher(name).matches()) {
            return List.of();
        }
        try {
            return List.of(new SNIHostName(name));
        } catch (IllegalArgumentException unusual) {
            // It may have an underline, say. One can look it up and cannot send it.
            return List.of();
        }
    }
}
