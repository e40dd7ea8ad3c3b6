package dev.heddle.benchmarks.peer;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A pool in name: the JDK gives the timed waits of virtual threads to their scheduler if it is a {@link ForkJoinPool}, and
 * to a scheduler of its own, with a lock, if not. Starts no thread.
 */
final class TimedPool extends ForkJoinPool {

    private final Carriers carriers;

    TimedPool(Carriers carriers) {
        super(1);
        this.carriers = carriers;
    }

    @Override
    public void execute(Runnable continuation) {
        carriers.add(continuation);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable expiry, long delay, TimeUnit unit) {
        CarrierTimer timer = new CarrierTimer(expiry, delay, unit);
        carriers.add(timer);
        return timer;
    }
}
