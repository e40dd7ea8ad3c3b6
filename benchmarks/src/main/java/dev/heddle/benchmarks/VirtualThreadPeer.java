package dev.heddle.benchmarks;

import java.time.Duration;

/** The JDK's virtual threads on the JDK's scheduler, which has a carrier a processor. */
final class VirtualThreadPeer implements Peer {

    @Override
    public String name() {
        return "JDK virtual threads";
    }

    @Override
    public Runnable spawn(Runnable body) {
        Thread thread = Thread.startVirtualThread(body);
        return () -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        };
    }

    @Override
    public void sleep(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void yieldNow() {
        Thread.yield();
    }

    @Override
    public void close() {}
}
