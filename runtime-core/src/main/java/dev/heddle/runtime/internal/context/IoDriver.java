package dev.heddle.runtime.internal.context;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** The I/O driver of a runtime. */
public interface IoDriver {

    /**
     * Registers a channel, once for its life.
     *
     * @param channel a channel in non-blocking mode
     * @return its registration
     * @throws IOException if the runtime is shut down or the system refuses
     */
    IoRegistration register(SelectableChannel channel) throws IOException;

    /** A registered channel. */
    interface IoRegistration {

        /**
         * Suspends the caller until the channel is, or may be, ready to read or accept. May return early; callers try
         * the operation again and come back.
         *
         * @throws IOException if the channel is closed, the runtime shut down, or the caller interrupted
         */
        void awaitReadable() throws IOException;

        /** The same as {@link #awaitReadable()} for writing or finishing a connect. */
        void awaitWritable() throws IOException;

        /** Ends the registration and wakes whoever waits on it. The channel itself is closed by the caller before. */
        void close();
    }
}
