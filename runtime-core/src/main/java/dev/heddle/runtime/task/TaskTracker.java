package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.SpinLock;
import dev.heddle.runtime.internal.port.TaskPort;
import dev.heddle.runtime.internal.port.WaitingThread;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Counts tasks, so that somebody can wait until all of them have ended. Keeps neither the tasks nor their results, and aborts
 * nothing: how many ran before makes no difference to it.
 *
 * <p>{@link #await()} returns once the tracker is both closed and empty. A closed tracker still takes tasks, which is what a
 * graceful end needs: those that are running may start others.
 *
 * <p>All methods may be called from any thread.
 *
 * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="tracker"}
 */
public final class TaskTracker {

    private final Spawner spawner;

    /** Guards the fields below. A spin lock, because a task's end may be told on a worker's own stack. */
    private final SpinLock lock = new SpinLock();

    private long count;
    private boolean closed;
    private @Nullable Waiter waiters;

    /**
     * Makes a tracker that is open and empty.
     *
     * @param spawner where its tasks are started
     */
    public TaskTracker(Spawner spawner) {
        this.spawner = spawner;
    }

    /** Starts a task without a name and counts it until it ends; see {@link #spawn(TaskOptions, Callable)}. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Callable<T> body) {
        return spawn(TaskOptions.DEFAULT, body);
    }

    /**
     * Starts a task on the workers and counts it until it ends.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <T> the type of its result
     * @return its handle
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     */
    public <T extends @Nullable Object> JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
        return track(spawner.spawn(options, body));
    }

    /**
     * Starts a task on the blocking pool and counts it until it ends.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <T> the type of its result
     * @return its handle
     * @throws RejectedExecutionException if the runtime no longer accepts tasks, or the pool's queue is bounded and full
     */
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
        return track(spawner.spawnBlocking(options, body));
    }

    /**
     * Counts a task that was started elsewhere, until it ends.
     *
     * @param task of whatever runtime
     * @param <T> the type of its result
     * @return the task
     * @throws IllegalArgumentException if it is no handle of a runtime; it is not counted then
     */
    public <T extends @Nullable Object> JoinHandle<T> track(JoinHandle<T> task) {
        TaskPort port = Ports.of(task);
        lock.lock();
        count++;
        lock.unlock();
        try {
            port.whenEnded(this::ended);
        } catch (Throwable notToBeTold) {
            ended();
            throw notToBeTold;
        }
        return task;
    }

    private void ended() {
        Waiter told = null;
        lock.lock();
        if (--count == 0 && closed) {
            told = waiters;
        }
        lock.unlock();
        wake(told);
    }

    private static void wake(@Nullable Waiter told) {
        for (Waiter waiter = told; waiter != null; waiter = waiter.next()) {
            waiter.over = true;
            LockSupport.unpark(waiter.thread());
        }
    }

    /**
     * Lets those return who wait, as soon as no task is left.
     *
     * @return whether this call closed it
     */
    public boolean close() {
        Waiter told = null;
        lock.lock();
        boolean wasOpen = !closed;
        closed = true;
        if (count == 0) {
            told = waiters;
        }
        lock.unlock();
        wake(told);
        return wasOpen;
    }

    /**
     * Takes the close back. Who has been let go already stays so.
     *
     * @return whether this call opened it
     */
    public boolean reopen() {
        lock.lock();
        boolean wasClosed = closed;
        closed = false;
        lock.unlock();
        return wasClosed;
    }

    /** Returns whether the tracker is closed. */
    public boolean isClosed() {
        lock.lock();
        boolean is = closed;
        lock.unlock();
        return is;
    }

    /** Returns how many of the tasks have not ended. */
    public long size() {
        lock.lock();
        long size = count;
        lock.unlock();
        return size;
    }

    /** Returns whether all of the tasks have ended. */
    public boolean isEmpty() {
        return size() == 0;
    }

    /**
     * Waits until the tracker has been both closed and empty at one moment of the wait. Suspends a task, blocks an ordinary
     * thread.
     *
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    public void await() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter waiter;
        lock.lock();
        try {
            waiter = new Waiter(waiters);
            waiter.over = closed && count == 0;
            if (!waiter.over) {
                waiters = waiter;
            }
        } finally {
            // There may be no memory for a waiter.
            lock.unlock();
        }
        try {
            while (!waiter.over) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            forget(waiter);
        }
    }

    private void forget(Waiter gone) {
        lock.lock();
        waiters = WaitingThread.without(waiters, gone);
        lock.unlock();
    }

    @Override
    public String toString() {
        return "a tracker of " + size() + " tasks";
    }

    private static final class Waiter extends WaitingThread<Waiter> {

        private volatile boolean over;

        Waiter(@Nullable Waiter next) {
            super(next);
        }
    }
}
