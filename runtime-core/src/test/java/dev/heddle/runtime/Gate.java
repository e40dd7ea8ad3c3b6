package dev.heddle.runtime;

import java.util.concurrent.CountDownLatch;

/** Where a task of a test waits until the test lets it pass. */
public final class Gate {

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Waits for {@link #open()}, and is a callable. */
    public Void pass() throws InterruptedException {
        arrived.countDown();
        opened.await();
        return null;
    }

    /** Waits for {@link #open()} and keeps interrupts for later. */
    public void passUninterruptibly() {
        arrived.countDown();
        boolean interrupted = false;
        for (; ; ) {
            try {
                opened.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public void open() {
        opened.countDown();
    }

    /** Waits until somebody is at the gate. */
    public void awaitArrival() throws InterruptedException {
        arrived.await();
    }
}
