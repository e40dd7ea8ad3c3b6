package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.IoHandle;
import dev.heddle.runtime.sync.Selectable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that has something to read. Nothing is read for it, so there is nothing to lose.
 *
 * @param handle the socket
 * @param socket the same as users know it
 */
record ReadableSocket<T>(IoHandle handle, T socket) implements Selectable<T> {

    @Override
    public @Nullable T poll() throws IOException {
        if (handle.isReadable()) {
            return socket;
        }
        handle.requireUsable();
        return null;
    }

    @Override
    public Runnable whenReady(Runnable listener) {
        return handle.whenReadable(listener);
    }
}
