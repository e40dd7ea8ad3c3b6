package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The live tasks of a runtime, in chunks of slots, some chunks a shard. A spawner takes the next free slot of its shard
 * under the shard's lock; a task that ends clears its own slot and touches nothing else, so spawner and runner share no
 * lock. Chunks that were filled and are empty again are dropped when the shard has doubled since it was last looked
 * through, so a shard never has more than twice the chunks that it had tasks in.
 *
 * <p>Invariant: whether a task may still be spawned is decided under the same lock that inserts it. So once
 * {@link #admit} has returned, no task that it excludes is in a chunk or will ever be, and a shutdown that aborts what it
 * finds misses none.
 */
public final class TaskRegistry {

    /** Whom the runtime still accepts tasks from. */
    public enum Admission {
        /** Anybody. */
        ALL,
        /** Its own tasks, so that they can finish what they are doing. */
        TASKS_ONLY,
        /** Nobody. */
        NONE
    }

    /** How a task ended. */
    public enum Ending {
        SUCCEEDED,
        FAILED,
        ABORTED
    }

    /** Sums over all shards, each exact for itself. */
    public record Totals(long spawned, long succeeded, long failed, long aborted) {

        /** Returns how many tasks are alive. */
        public long live() {
            return spawned - succeeded - failed - aborted;
        }
    }

    /** How a thread waits for the end of tasks. */
    @FunctionalInterface
    public interface Waiting {

        /**
         * Waits until no task is alive, the deadline has passed or the thread is unparked. May return early. Looks again
         * every {@link #LONGEST_PARK_NANOS}.
         *
         * @param registry the caller
         * @param deadlineNanos in terms of {@link System#nanoTime()}
         */
        void await(TaskRegistry registry, long deadlineNanos);
    }

    /**
     * The longest that whoever waits for the end of all tasks may sleep without a look. A task that ends counts itself and
     * then reads who waits, without a fence between the two, so it may miss one who has just begun to.
     */
    public static final long LONGEST_PARK_NANOS = 50_000_000;

    private static final int ID_BLOCK = 1024;
    private static final int MIN_CHUNKS_TO_SWEEP = 4;

    /** A block of slots, linked to the one that was filled before. */
    static final class Chunk {

        static final int CAPACITY = 64;

        private static final VarHandle SLOTS = MethodHandles.arrayElementVarHandle(TaskCell[].class);

        private final @Nullable TaskCell<?>[] tasks = new TaskCell<?>[CAPACITY];
        private @Nullable Chunk older;

        Chunk(@Nullable Chunk older) {
            this.older = older;
        }

        void put(int slot, TaskCell<?> task) {
            SLOTS.setRelease(tasks, slot, task);
        }

        void clear(int slot) {
            SLOTS.setRelease(tasks, slot, (TaskCell<?>) null);
        }

        void addTo(List<TaskCell<?>> live, int used) {
            for (int slot = 0; slot < used; slot++) {
                TaskCell<?> task = (TaskCell<?>) SLOTS.getAcquire(tasks, slot);
                if (task != null) {
                    live.add(task);
                }
            }
        }

        boolean isEmpty() {
            for (int slot = 0; slot < CAPACITY; slot++) {
                if (SLOTS.getOpaque(tasks, slot) != null) {
                    return false;
                }
            }
            return true;
        }
    }

    /** All fields but the sums of ended tasks are guarded by the lock. */
    private static final class Shard {

        final SpinLock lock = new SpinLock();
        Admission admission = Admission.ALL;
        Chunk newest = new Chunk(null);
        int used;
        int chunks = 1;
        int sweepAt = MIN_CHUNKS_TO_SWEEP;
        long nextId;
        long idLimit;
        long spawned;

        void insert(TaskCell<?> task) {
            if (used == Chunk.CAPACITY) {
                addChunk();
            }
            task.chunk = newest;
            task.slot = (byte) used;
            newest.put(used++, task);
            spawned++;
        }

        void addTo(List<TaskCell<?>> live) {
            newest.addTo(live, used);
            for (Chunk chunk = newest.older; chunk != null; chunk = chunk.older) {
                chunk.addTo(live, Chunk.CAPACITY);
            }
        }

        private void addChunk() {
            newest = new Chunk(newest);
            used = 0;
            if (++chunks >= sweepAt) {
                sweep();
                sweepAt = Math.max(MIN_CHUNKS_TO_SWEEP, 2 * chunks);
            }
        }

        /** Drops the empty chunks; the newest, which is being filled, stays. */
        private void sweep() {
            Chunk kept = newest;
            chunks = 1;
            for (Chunk chunk = newest.older; chunk != null; chunk = chunk.older) {
                if (!chunk.isEmpty()) {
                    kept.older = chunk;
                    kept = chunk;
                    chunks++;
                }
            }
            kept.older = null;
        }
    }

    private final Shard[] shards;
    private final IntSupplier currentShard;
    private final AtomicLong nextIdBlock = new AtomicLong(1);
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder aborted = new LongAdder();
    private volatile @Nullable Thread drainer;

    /**
     * Makes an empty registry that admits everybody.
     *
     * @param shardCount how many shards
     * @param currentShard a number that spreads the calling threads over the shards; of any size
     */
    public TaskRegistry(int shardCount, IntSupplier currentShard) {
        this.shards = new Shard[shardCount];
        for (int i = 0; i < shardCount; i++) {
            shards[i] = new Shard();
        }
        this.currentShard = currentShard;
    }

    /**
     * Lists a task and gives it its id.
     *
     * @param task a task that is in no registry
     * @param fromTask whether the spawner is a task of this runtime
     * @return whether it was admitted
     */
    public boolean bind(TaskCell<?> task, boolean fromTask) {
        Shard shard = shards[Math.floorMod(currentShard.getAsInt(), shards.length)];
        shard.lock.lock();
        try {
            if (shard.admission == Admission.NONE || (shard.admission == Admission.TASKS_ONLY && !fromTask)) {
                return false;
            }
            if (shard.nextId == shard.idLimit) {
                shard.nextId = nextIdBlock.getAndAdd(ID_BLOCK);
                shard.idLimit = shard.nextId + ID_BLOCK;
            }
            task.id = shard.nextId++;
            shard.insert(task);
            return true;
        } finally {
            shard.lock.unlock();
        }
    }

    void unbind(TaskCell<?> task, Ending ending) {
        Chunk chunk = task.chunk;
        if (chunk != null) {
            task.chunk = null;
            chunk.clear(task.slot);
        }
        switch (ending) {
            case SUCCEEDED -> succeeded.increment();
            case FAILED -> failed.increment();
            case ABORTED -> aborted.increment();
        }
        Thread waiting = drainer;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }

    /**
     * Changes who is admitted, from now on and for all shards.
     *
     * @param admission whom to admit
     */
    public void admit(Admission admission) {
        for (Shard shard : shards) {
            shard.lock.lock();
            shard.admission = admission;
            shard.lock.unlock();
        }
    }

    /** Returns the live tasks: every one that was alive during the whole call, and some that were for a part of it. */
    public List<TaskCell<?>> live() {
        List<TaskCell<?>> tasks = new ArrayList<>();
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                shard.addTo(tasks);
            } finally {
                shard.lock.unlock();
            }
        }
        return tasks;
    }

    /** Returns the virtual threads that live tasks run on. */
    public Stream<Thread> virtualThreads() {
        return live().stream().<Thread>mapMulti((task, threads) -> {
            Thread runner = task.runner();
            if (runner != null && runner.isVirtual()) {
                threads.accept(runner);
            }
        });
    }

    /** Returns the sums of all shards. */
    public Totals totals() {
        // Ended before spawned: a task that ends meanwhile counts as alive rather than as negative.
        long succeededSoFar = succeeded.sum();
        long failedSoFar = failed.sum();
        long abortedSoFar = aborted.sum();
        long spawned = 0;
        for (Shard shard : shards) {
            shard.lock.lock();
            spawned += shard.spawned;
            shard.lock.unlock();
        }
        return new Totals(spawned, succeededSoFar, failedSoFar, abortedSoFar);
    }

    /** Returns whether no task is alive. */
    public boolean isEmpty() {
        return totals().live() == 0;
    }

    /**
     * Blocks the calling thread until no task is alive. For one thread at a time.
     *
     * @param deadlineNanos when to give up, in terms of {@link System#nanoTime()}
     * @param waiting how to wait; called again as long as tasks are alive
     * @return whether no task was alive
     */
    public boolean awaitEmpty(long deadlineNanos, Waiting waiting) {
        drainer = Thread.currentThread();
        boolean interrupted = false;
        try {
            while (!isEmpty()) {
                if (deadlineNanos - System.nanoTime() <= 0) {
                    return false;
                }
                waiting.await(this, deadlineNanos);
                interrupted |= Thread.interrupted();
            }
            return true;
        } finally {
            drainer = null;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
