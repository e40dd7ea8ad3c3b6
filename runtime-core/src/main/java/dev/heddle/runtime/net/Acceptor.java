package dev.heddle.runtime.net;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.DescriptorsExhaustedException;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/** Accepts connections, and backs off when the system has no descriptors left: asked again at once it would refuse again. */
final class Acceptor {

    private static final Logger LOG = System.getLogger(TcpListener.class.getName());
    private static final long FIRST_PAUSE_NANOS = 5_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    private final IoSocket socket;
    private final Timers timers;
    private final LongAdder refusals;

    /** Whether the log has been told of the present shortage. */
    private final AtomicBoolean reported = new AtomicBoolean();

    Acceptor(IoSocket socket, Timers timers) {
        this(socket, timers, new LongAdder());
    }

    /**
     * Makes an acceptor.
     *
     * @param socket listens
     * @param timers by which it backs off
     * @param refusals counts how often it does
     */
    Acceptor(IoSocket socket, Timers timers, LongAdder refusals) {
        this.socket = socket;
        this.timers = timers;
        this.refusals = refusals;
    }

    Timers timers() {
        return timers;
    }

    long refusals() {
        return refusals.sum();
    }

    IoSocket accept() throws IOException {
        long pause = FIRST_PAUSE_NANOS;
        for (; ; ) {
            try {
                IoSocket accepted = socket.accept();
                if (accepted != null) {
                    reported.setPlain(false);
                    CurrentTask.consumeBudget();
                    return accepted;
                }
                socket.awaitReadable(IoSocket.NO_DEADLINE);
            } catch (DescriptorsExhaustedException e) {
                refusals.increment();
                if (reported.compareAndSet(false, true)) {
                    LOG.log(Level.WARNING, "Connections have to wait to be accepted: {0}", e.getMessage());
                }
                socket.awaitClose(timers.nanoTime() + pause);
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        }
    }
}
