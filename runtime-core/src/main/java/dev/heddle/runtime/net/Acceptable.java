package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.sync.Selectable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A listener that has a connection to accept. It is accepted by the select that takes it, and no other.
 *
 * @param acceptor accepts it
 * @param stream makes it what users know
 */
record Acceptable<T>(Acceptor acceptor, StreamOf<T> stream) implements Selectable<T> {

    /** Makes a stream of a connection, which is closed if that fails. */
    interface StreamOf<T> {
        T adopt(IoSocket connection, Timers timers) throws IOException;
    }

    @Override
    public @Nullable T poll() throws IOException {
        IoSocket connection = acceptor.poll();
        return connection == null ? null : stream.adopt(connection, acceptor.timers());
    }

    @Override
    public Runnable whenReady(Runnable listener) {
        return acceptor.whenReady(listener);
    }
}
