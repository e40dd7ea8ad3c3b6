package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who sleeps and who searches, so that new work wakes one worker when it must and none when it need not. After Tokio's
 * idle protocol.
 *
 * <p>One word packs how many workers are awake (upper half) and how many of those search for work (lower half). It is only
 * changed by read-modify-write; the sleepers' stack changes under the lock, together with the word.
 *
 * <p>No work is left lying while a worker sleeps:
 *
 * <ol>
 *   <li>A producer makes its work visible, then reads the word after a full fence. It wakes a worker unless somebody
 *       searches.
 *   <li>A searcher that gives up decrements the word (a full fence) and, when it was the last, looks at every queue again.
 *       So either the producer sees no searcher, or the last searcher sees the work.
 *   <li>A searcher that finds work and was the last looks at every queue again too, and if there is more wakes another,
 *       which searches in its place.
 *   <li>A woken worker is counted as searching by the one who wakes it, under the lock, so two producers never wake two
 *       workers for one piece of work, and never none.
 * </ol>
 *
 * <p>At most half of the workers search at a time. The worker parked last is woken first: its caches are the warmest.
 */
final class IdleWorkers {

    static final int NONE = -1;

    private static final int ONE_AWAKE = 1 << 16;
    private static final int SEARCHING_MASK = ONE_AWAKE - 1;

    private volatile int workerCount;
    private final AtomicInteger word;
    private final SpinLock lock = new SpinLock();
    private int[] sleepers;
    private int sleeperCount;

    IdleWorkers(int workerCount) {
        this.workerCount = workerCount;
        this.word = new AtomicInteger(workerCount * ONE_AWAKE);
        this.sleepers = new int[workerCount];
    }

    private static int searching(int word) {
        return word & SEARCHING_MASK;
    }

    private static int awake(int word) {
        return word >>> 16;
    }

    private boolean mayWake(int word) {
        return searching(word) == 0 && awake(word) < workerCount;
    }

    /** Takes a sleeper that is to be woken for new work, or returns {@link #NONE}. The work must be visible already. */
    int takeSleeperForWork() {
        VarHandle.fullFence();
        if (!mayWake(word.get())) {
            return NONE;
        }
        lock.lock();
        try {
            return mayWake(word.get()) ? popSleeper() : NONE;
        } finally {
            lock.unlock();
        }
    }

    private int popSleeper() {
        if (sleeperCount == 0) {
            return NONE;
        }
        word.getAndAdd(ONE_AWAKE + 1);
        return sleepers[--sleeperCount];
    }

    /** Lets a worker search, unless half of them do so already. */
    boolean startSearching() {
        if (2 * searching(word.get()) >= workerCount) {
            return false;
        }
        word.getAndAdd(1);
        return true;
    }

    /** Ends a search that was successful. Returns whether it was the last, so that it has to look at all queues again. */
    boolean stopSearching() {
        return searching(word.getAndAdd(-1)) == 1;
    }

    /**
     * Puts a worker to the sleepers. It may sleep once this has returned.
     *
     * @return whether it was the last that searched, so that it has to look at all queues again
     */
    boolean goToSleep(int worker, boolean isSearching) {
        lock.lock();
        try {
            int before = word.getAndAdd(-(ONE_AWAKE + (isSearching ? 1 : 0)));
            sleepers[sleeperCount++] = worker;
            return isSearching && searching(before) == 1;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes a worker out of the sleepers that has woken by itself.
     *
     * @return {@code false} if somebody has taken it out already, and counted it as searching
     */
    boolean wakeSelf(int worker) {
        lock.lock();
        try {
            for (int i = sleeperCount - 1; i >= 0; i--) {
                if (sleepers[i] == worker) {
                    System.arraycopy(sleepers, i + 1, sleepers, i, --sleeperCount - i);
                    word.getAndAdd(ONE_AWAKE);
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Counts a worker that is awake more. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    void join() {
        lock.lock();
        try {
            workerCount++;
            sleepers = Arrays.copyOf(sleepers, Math.max(sleepers.length, workerCount));
            word.getAndAdd(ONE_AWAKE);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Counts a worker that is awake less.
     *
     * @return whether it was the last that searched, so that it has to look at all queues again
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
    boolean leave(boolean isSearching) {
        lock.lock();
        try {
            workerCount--;
            int before = word.getAndAdd(-(ONE_AWAKE + (isSearching ? 1 : 0)));
            return isSearching && searching(before) == 1;
        } finally {
            lock.unlock();
        }
    }

    boolean isAnyAwake() {
        return awake(word.get()) > 0;
    }

    boolean isAsleep(int worker) {
        lock.lock();
        try {
            for (int i = 0; i < sleeperCount; i++) {
                if (sleepers[i] == worker) {
                    return true;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }
}
