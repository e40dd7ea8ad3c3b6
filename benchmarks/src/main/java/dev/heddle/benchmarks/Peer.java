package dev.heddle.benchmarks;

import java.time.Duration;

/** A way of running tasks that a Java user could choose, reduced to what the workloads need. */
interface Peer extends AutoCloseable {

    String name();

    /** Starts a task and returns what waits for its end. */
    Runnable spawn(Runnable body);

    /** Suspends the calling task. */
    void sleep(Duration duration);

    /** Lets other tasks run. */
    void yieldNow();

    @Override
    void close();
}
