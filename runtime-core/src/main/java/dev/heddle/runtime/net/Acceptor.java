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
import org.jspecify.annotations.Nullable;

/** Accepts connections, and backs off when the system has no descriptors left: asked again at once it would refuse again. */
final class Acceptor {

    private static final Logger LOG = System.getLogger(TcpListener.class.getName());
    private static final long FIRST_PAUSE_NANOS = 5_000_000;
    private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

    /** After so long without a refusal a shortage is over. A process near its limit is refused between any two successes. */
    private static final long QUIET_NANOS = 1_000_000_000;

    private final IoSocket socket;
    private final Timers timers;
    private final LongAdder refusals;

    /** Whether the log has been told of the present shortage. */
    private final AtomicBoolean reported = new AtomicBoolean();

    /** When the pause after the last refusal was over. Written before {@link #reported}. */
    private volatile long refusedUntil;

    /** What a refusal is followed by. */
    private record Pause(long end, long nanos) {}

    /** The present pause of selects, or the last one, if none has asked the socket since. */
    private volatile @Nullable Pause pause;

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

    /** Accepts a connection if there is one, and this is not within the pause that follows a refusal. */
    @Nullable
    IoSocket poll() throws IOException {
        Pause present = pause;
        if (present != null && timers.nanoTime() - present.end < 0) {
            socket.requireUsable();
            return null;
        }
        try {
            IoSocket accepted = socket.accept();
            // Also when nobody is there: a pause that is over would end at once whoever waits for it, time and again.
            pause = null;
            if (accepted == null) {
                socket.requireUsable();
            } else {
                noteSuccess();
            }
            return accepted;
        } catch (DescriptorsExhaustedException e) {
            long nanos = present == null ? FIRST_PAUSE_NANOS : longer(present.nanos);
            pause = new Pause(countRefusal(e, nanos), nanos);
            return null;
        }
    }

    /** Has a listener run when {@link #poll} may accept something or throw; returns what withdraws it. */
    Runnable whenReady(Runnable listener) {
        Pause present = pause;
        if (present == null) {
            return socket.whenReadable(listener);
        }
        // The connection is there all the time, and would be refused again.
        Runnable withdrawal = socket.whenEnded(listener);
        Timers.Timer timer = timers.schedule(present.end, listener);
        return () -> {
            timer.cancel();
            withdrawal.run();
        };
    }

    private void noteSuccess() {
        if (reported.getPlain() && timers.nanoTime() - refusedUntil >= QUIET_NANOS) {
            reported.setPlain(false);
        }
    }

    /** Returns when the pause that follows is over. */
    private long countRefusal(DescriptorsExhaustedException refusal, long pauseNanos) {
        refusals.increment();
        long end = timers.nanoTime() + pauseNanos;
        refusedUntil = end;
        if (reported.compareAndSet(false, true)) {
            try {
                LOG.log(Level.WARNING, "Connections have to wait to be accepted: {0}", refusal.getMessage());
            } catch (RuntimeException | LinkageError e) {
                // A log may need a descriptor too. The next refusal tries again; accepting goes on.
                reported.set(false);
            }
        }
        return end;
    }

    private static long longer(long pauseNanos) {
        return Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    }

    IoSocket accept() throws IOException {
        long nanos = FIRST_PAUSE_NANOS;
        for (; ; ) {
            try {
                IoSocket accepted = socket.accept();
                if (accepted != null) {
                    noteSuccess();
                    CurrentTask.consumeBudget();
                    return accepted;
                }
                socket.awaitReadable(IoSocket.NO_DEADLINE);
            } catch (DescriptorsExhaustedException e) {
                socket.awaitClose(countRefusal(e, nanos));
                nanos = longer(nanos);
            }
        }
    }
}
