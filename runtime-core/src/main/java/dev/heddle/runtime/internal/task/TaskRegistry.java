package dev.heddle.runtime.internal.task;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The live tasks of a runtime, in doubly linked lists, one a shard, each under a lock of its own.
 *
 * <p>Invariant: whether a task may still be spawned is decided under the same lock that inserts it. So once
 * {@link #admit} has returned, no task that it excludes is in a list or will ever be, and a shutdown that aborts what it
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

    private static final int ID_BLOCK = 1024;

    private static final class Shard {

        final SpinLock lock = new SpinLock();

        @Nullable
        TaskCell<?> head;

        Admission admission = Admission.ALL;
        long nextId;
        long idLimit;
        long spawned;
        long succeeded;
        long failed;
        long aborted;

        void count(Ending ending) {
            switch (ending) {
                case SUCCEEDED -> succeeded++;
                case FAILED -> failed++;
                case ABORTED -> aborted++;
            }
        }
    }

    private final Shard[] shards;
    private final IntSupplier currentShard;
    private final AtomicLong nextIdBlock = new AtomicLong(1);
    private volatile @Nullable Thread drainer;

    /**
     * Makes an empty registry that admits everybody.
     *
     * @param shardCount how many lists
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
        int index = Math.floorMod(currentShard.getAsInt(), shards.length);
        Shard shard = shards[index];
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
            task.shard = index;
            TaskCell<?> head = shard.head;
            task.next = head;
            if (head != null) {
                head.previous = task;
            }
            shard.head = task;
            shard.spawned++;
            return true;
        } finally {
            shard.lock.unlock();
        }
    }

    void unbind(TaskCell<?> task, Ending ending) {
        Shard shard = shards[task.shard];
        shard.lock.lock();
        try {
            TaskCell<?> previous = task.previous;
            TaskCell<?> next = task.next;
            if (previous == null) {
                shard.head = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
            task.previous = null;
            task.next = null;
            shard.count(ending);
        } finally {
            shard.lock.unlock();
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
                for (TaskCell<?> task = shard.head; task != null; task = task.next) {
                    tasks.add(task);
                }
            } finally {
                shard.lock.unlock();
            }
        }
        return tasks;
    }

    /** Returns the sums of all shards. */
    public Totals totals() {
        Totals sum = new Totals(0, 0, 0, 0);
        for (Shard shard : shards) {
            shard.lock.lock();
            try {
                sum = new Totals(
                        sum.spawned + shard.spawned,
                        sum.succeeded + shard.succeeded,
                        sum.failed + shard.failed,
                        sum.aborted + shard.aborted);
            } finally {
                shard.lock.unlock();
            }
        }
        return sum;
    }

    /**
     * Blocks the calling thread until no task is alive. For one thread at a time.
     *
     * @param deadlineNanos when to give up, in terms of {@link System#nanoTime()}
     * @return whether no task was alive
     */
    public boolean awaitEmpty(long deadlineNanos) {
        drainer = Thread.currentThread();
        boolean interrupted = false;
        try {
            while (totals().live() > 0) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
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
