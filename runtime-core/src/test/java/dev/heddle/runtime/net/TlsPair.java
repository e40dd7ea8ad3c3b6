package dev.heddle.runtime.net;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import javax.net.ssl.SSLParameters;

/** Two ends of one connection under TLS. */
record TlsPair(TlsStream client, TlsStream server) implements AutoCloseable {

    static final String TLS_1_2 = "TLSv1.2";
    static final String TLS_1_3 = "TLSv1.3";

    static TlsConnector connector() {
        return TlsConnector.of(TestKeys.nobody());
    }

    static TlsAcceptor acceptor() {
        return TlsAcceptor.of(TestKeys.peer());
    }

    static void only(SSLParameters parameters, String protocol) {
        parameters.setProtocols(new String[] {protocol});
    }

    static TlsPair connect(AsyncRuntime runtime) {
        return connect(runtime, connector(), acceptor());
    }

    static TlsPair connect(AsyncRuntime runtime, String protocol) {
        return connect(runtime, connector().parameters(p -> only(p, protocol)), acceptor());
    }

    static TlsPair connect(AsyncRuntime runtime, TlsConnector connector, TlsAcceptor acceptor) {
        Sockets.Pair pair = Sockets.connect(runtime);
        JoinHandle<TlsStream> server = runtime.spawn(() -> acceptor.accept(pair.server()));
        TlsStream client = Sockets.in(runtime, () -> connector.connect(pair.client(), TestKeys.NAME));
        return new TlsPair(client, server.join());
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
    }
}
