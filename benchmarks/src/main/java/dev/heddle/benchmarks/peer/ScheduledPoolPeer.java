package dev.heddle.benchmarks.peer;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The JDK's timer, with a thread a processor, which forgets what is cancelled. */
final class ScheduledPoolPeer extends TimerPeer {

    private final ScheduledThreadPoolExecutor pool =
            new ScheduledThreadPoolExecutor(Runtime.getRuntime().availableProcessors());

    ScheduledPoolPeer() {
        pool.setRemoveOnCancelPolicy(true);
    }

    @Override
    Runnable set(Runnable callback, long nanos) {
        ScheduledFuture<?> future = pool.schedule(callback, nanos, TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
