package dev.heddle.benchmarks.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;

/** Futures on a fork-join pool for tasks that do not join in tree order, with a worker a processor. */
final class ForkJoinPeer implements Peer {

    private static final int FAR_OFF_SECONDS = 10;

    private final ForkJoinPool pool = new ForkJoinPool(
            Runtime.getRuntime().availableProcessors(), ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    private final BlockingThreads blocking = new BlockingThreads();

    /** No task sleeps: each is started late. */
    @Override
    public void sleep(int tasks, int millis) {
        Executor late = CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, pool);
        joinAll(tasks, late);
    }

    @Override
    public void spawnInside(int tasks) {
        CompletableFuture.runAsync(() -> joinAll(tasks, pool), pool).join();
    }

    private static void joinAll(int tasks, Executor executor) {
        List<CompletableFuture<Void>> handles = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            handles.add(CompletableFuture.runAsync(() -> {}, executor));
        }
        handles.forEach(CompletableFuture::join);
    }

    @Override
    public void spawnOutside(int tasks, int spawners) throws InterruptedException {
        Spawners.run(tasks, spawners, done -> CompletableFuture.runAsync(done::countDown, pool));
    }

    @Override
    public void chain(int links) throws InterruptedException {
        Countdown done = new Countdown(1);
        link(links, done);
        done.await();
    }

    private void link(int left, Countdown done) {
        if (left == 0) {
            done.countDown();
        } else {
            CompletableFuture.runAsync(() -> link(left - 1, done), pool);
        }
    }

    @Override
    public void blocking(int tasks) throws Exception {
        blocking.run(tasks, body -> CompletableFuture.runAsync(body, blocking));
    }

    @Override
    public void timers(int timers) {
        CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < timers; i++) {
                                new CompletableFuture<Integer>()
                                        .orTimeout(FAR_OFF_SECONDS, TimeUnit.SECONDS)
                                        .complete(i);
                            }
                        },
                        pool)
                .join();
    }

    @Override
    public void fallAsleep(int tasks) {
        Duration sleep = MemoryUse.SLEEP;
        Executor late = CompletableFuture.delayedExecutor(sleep.toMillis(), TimeUnit.MILLISECONDS, pool);
        for (int i = 0; i < tasks; i++) {
            CompletableFuture.runAsync(() -> {}, late);
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        blocking.close();
    }
}
