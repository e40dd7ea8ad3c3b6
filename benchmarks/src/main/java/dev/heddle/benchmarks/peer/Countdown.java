package dev.heddle.benchmarks.peer;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Tells an ordinary thread that so many tasks have run. One atomic decrement a task, as the other languages' peers do. */
public final class Countdown {

    private final AtomicInteger left;
    private final CountDownLatch zero = new CountDownLatch(1);

    public Countdown(int count) {
        this.left = new AtomicInteger(count);
    }

    public void countDown() {
        if (left.decrementAndGet() == 0) {
            zero.countDown();
        }
    }

    public void await() throws InterruptedException {
        zero.await();
    }
}
