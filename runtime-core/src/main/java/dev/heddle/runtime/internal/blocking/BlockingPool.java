package dev.heddle.runtime.internal.blocking;

import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.BlockingPoolMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for tasks that would hold a worker. Reuses an idle thread before it starts one, and starts one before
 * it lets a task wait.
 *
 * <p>Each queued task has a thread on its way to it, or all threads are busy and at their limit: a submit either claims an
 * idle thread ({@code claims} counts those signalled and not yet awake), or starts one, or finds the limit reached.
 * Everything is decided under one lock, and a thread looks at the queue under it before it ends.
 */
public final class BlockingPool {

    /** How many threads, how long they stay idle, how many tasks may wait, and how the threads are made. */
    public record Settings(
            String namePrefix,
            int maxThreads,
            Duration keepAlive,
            int queueCapacity,
            @Nullable ClassLoader contextClassLoader) {}

    private final Settings settings;
    private final long keepAliveNanos;
    private final Runnable afterEach;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Queue<TaskCell<?>> queue = new ArrayDeque<>();
    private final Set<BlockingThread> threads = ConcurrentHashMap.newKeySet();
    private final LongAdder completed = new LongAdder();
    private int threadCount;

    /** Threads that wait for work, those included that were signalled and have not come to it yet. */
    private int idle;

    /** Threads that were started for a task and have not asked for it yet. */
    private int starting;

    /** Whether a thread was signalled and has not come to it yet. */
    private boolean waking;

    private int nextThread;
    private long rejected;
    private boolean closed;
    private @Nullable RuntimeHooks hooks;

    /**
     * Makes a pool without a thread.
     *
     * @param settings its limits
     * @param afterEach called once for each task that was submitted, when it has ended
     */
    public BlockingPool(Settings settings, Runnable afterEach) {
        this.settings = settings;
        this.keepAliveNanos = TimeUnit.NANOSECONDS.convert(settings.keepAlive()); // saturates
        this.afterEach = afterEach;
    }

    /**
     * Has somebody told of the pool's threads. Before the first task, if at all.
     *
     * @param hooks whom to tell
     */
    public void tell(RuntimeHooks hooks) {
        this.hooks = hooks;
    }

    @Nullable
    RuntimeHooks hooks() {
        return hooks;
    }

    /**
     * Runs a task on a thread of the pool, at once or when one is free.
     *
     * @param task bound to the registry
     * @throws RejectedExecutionException if the queue is bounded and full, or the pool closed
     */
    public void submit(TaskCell<?> task) {
        boolean start = false;
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("The blocking pool is closed");
            }
            if (queue.size() < idle + starting) {
                wakeOne();
            } else if (threadCount < settings.maxThreads()) {
                threadCount++;
                starting++;
                start = true;
            } else if (queue.size() - idle - starting >= settings.queueCapacity()) {
                rejected++;
                throw new RejectedExecutionException("All " + settings.maxThreads()
                        + " threads of the blocking pool are busy and its queue holds the "
                        + settings.queueCapacity() + " tasks that it may");
            }
            queue.add(task);
        } finally {
            lock.unlock();
        }
        if (start) {
            startThread();
        }
    }

    /**
     * Wakes a thread unless one is on its way already, which wakes the next when it takes its task. So a burst of tasks costs
     * whoever submits it one signal, and yet each has a thread soon. Under the lock.
     */
    private void wakeOne() {
        if (idle > 0 && !waking) {
            waking = true;
            work.signal();
        }
    }

    private void startThread() {
        BlockingThread thread =
                new BlockingThread(this, settings.namePrefix() + nextThreadNumber(), settings.contextClassLoader());
        threads.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError noMoreThreads) {
            threads.remove(thread);
            boolean orphaned;
            lock.lock();
            try {
                threadCount--;
                starting--;
                orphaned = threadCount == 0;
            } finally {
                lock.unlock();
            }
            // With other threads alive, one of them comes to the task when it is done with its own.
            if (orphaned) {
                throw noMoreThreads;
            }
        }
    }

    private int nextThreadNumber() {
        lock.lock();
        try {
            return nextThread++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns the next task, or {@code null} when the calling thread shall end: it has been idle too long, or the pool is
     * closed and empty. It is then no longer counted, so that a task that comes now gets another thread.
     *
     * @param first whether the thread has just been started
     */
    @Nullable
    TaskCell<?> take(boolean first) {
        lock.lock();
        try {
            if (first) {
                starting--;
            }
            long left = keepAliveNanos;
            while (queue.isEmpty() && !closed) {
                if (left <= 0) {
                    threadCount--;
                    return null;
                }
                idle++;
                try {
                    left = work.awaitNanos(left);
                } catch (InterruptedException stray) {
                    // Somebody kept this thread from an earlier task and interrupts it between two; it goes on.
                } finally {
                    idle--;
                    waking = false;
                }
            }
            TaskCell<?> task = queue.poll();
            if (task == null) {
                threadCount--;
            } else if (!queue.isEmpty()) {
                wakeOne();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    void ended() {
        completed.increment();
        afterEach.run();
    }

    void exit(BlockingThread thread) {
        threads.remove(thread);
    }

    /**
     * Accepts no more tasks, lets idle threads end and waits for the others.
     *
     * @param deadlineNanos when to stop waiting, in terms of {@link System#nanoTime()}
     */
    public void close(long deadlineNanos) {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (BlockingThread thread : threads) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public BlockingPoolMetrics metrics() {
        lock.lock();
        try {
            return new BlockingPoolMetrics(
                    threadCount,
                    idle,
                    settings.maxThreads(),
                    queue.size(),
                    settings.queueCapacity(),
                    completed.sum(),
                    rejected);
        } finally {
            lock.unlock();
        }
    }
}
