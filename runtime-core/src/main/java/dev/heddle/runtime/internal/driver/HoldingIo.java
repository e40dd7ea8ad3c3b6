package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.TimeControl;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** An I/O driver whose waits hold a paused clock: what comes over a socket comes in real time. */
final class HoldingIo implements IoDriver {

    private final IoDriver io;
    private final TimeControl time;

    HoldingIo(IoDriver io, TimeControl time) {
        this.io = io;
        this.time = time;
    }

    @Override
    public IoRegistration register(SelectableChannel channel) throws IOException {
        IoRegistration registration = io.register(channel);
        return new IoRegistration() {

            @Override
            public void awaitReadable() throws IOException {
                time.hold();
                try {
                    registration.awaitReadable();
                } finally {
                    time.release();
                }
            }

            @Override
            public void awaitWritable() throws IOException {
                time.hold();
                try {
                    registration.awaitWritable();
                } finally {
                    time.release();
                }
            }

            @Override
            public void close() {
                registration.close();
            }
        };
    }
}
