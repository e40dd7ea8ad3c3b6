package dev.heddle.runtime.context;

import java.util.concurrent.CountDownLatch;

/** A thread that does nothing but hold the JVM, for all threads of a runtime are daemons. */
final class KeepAlive {

    private final CountDownLatch released = new CountDownLatch(1);

    private KeepAlive() {}

    /**
     * Holds the JVM.
     *
     * @param threadName says on whose behalf
     */
    static KeepAlive start(String threadName) {
        KeepAlive keepAlive = new KeepAlive();
        Thread.ofPlatform().daemon(false).name(threadName).start(keepAlive::hold);
        return keepAlive;
    }

    private void hold() {
        try {
            released.await();
        } catch (InterruptedException ex) {
            // Somebody ends all threads.
        }
    }

    void release() {
        released.countDown();
    }
}
