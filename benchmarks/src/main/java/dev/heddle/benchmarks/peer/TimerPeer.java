package dev.heddle.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A timer and nothing else: runs callbacks. */
abstract class TimerPeer implements Peer {

    private static final long FAR_OFF_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Has a callback run after a time, unless what this returns is run before. */
    abstract Runnable set(Runnable callback, long nanos);

    @Override
    public void timers(int timers) {
        setAndCancel(timers);
    }

    private void setAndCancel(int timers) {
        for (int i = 0; i < timers; i++) {
            set(() -> {}, FAR_OFF_NANOS).run();
        }
    }

    @Override
    public void timersFromThreads(int timers, int threads) throws InterruptedException {
        List<Thread> started = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            started.add(Thread.ofPlatform().start(() -> setAndCancel(timers / threads)));
        }
        for (Thread thread : started) {
            thread.join();
        }
    }

    @Override
    public void fire(FiringTimes times) throws InterruptedException {
        for (int i = 0; i < times.count(); i++) {
            int timer = i;
            set(() -> times.fired(timer), times.nanosUntil(timer));
        }
        times.awaitAll();
    }
}
