package dev.heddle.benchmarks.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The JDK's own pool, for peers that bring none, with the limits that Tokio and Heddle have: 512 threads, which end after
 * 10 s without work, and a queue without bound.
 */
final class BlockingThreads implements AutoCloseable, Executor {

    private static final int MAX_THREADS = 512;
    private static final int KEEP_ALIVE_SECONDS = 10;

    private final ThreadPoolExecutor pool = new ThreadPoolExecutor(
            MAX_THREADS, MAX_THREADS, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());

    BlockingThreads() {
        pool.allowCoreThreadTimeOut(true);
    }

    /** Starts empty tasks in the given way, then joins them. */
    void run(int tasks, Function<Runnable, Future<?>> spawn) throws ExecutionException, InterruptedException {
        List<Future<?>> handles = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            handles.add(spawn.apply(() -> {}));
        }
        for (Future<?> handle : handles) {
            handle.get();
        }
    }

    Future<?> submit(Runnable body) {
        return pool.submit(body);
    }

    @Override
    public void execute(Runnable body) {
        pool.execute(body);
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
