package dev.heddle.runtime.internal.port;

import dev.heddle.runtime.internal.loom.SpinLock;
import dev.heddle.runtime.internal.loom.ThreadAttachment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that belong together: those that are alive, those that have ended and were not taken yet, in that order, and who
 * waits for them.
 *
 * <p>All of it is guarded by a spin lock, because the end of a task is told by whoever ends it, be it a worker on its own
 * stack. What calls out, such as aborting and unparking, happens outside of the lock.
 *
 * <p>No waiter is lost: it looks and registers itself in one hold of the lock, and each change that it may wait for takes the
 * lock and then unparks all that are registered. Since all are told, one that gives up takes nobody's wake with it.
 *
 * @param <H> the type of the tasks' handles, each of which is a {@link TaskPort} as well
 */
public final class TaskGroup<H> {

    /** What a waiter waits for. */
    private enum Until {
        /** One has ended, or none is alive. */
        ONE_ENDED,
        /** None is alive. */
        NONE_ALIVE
    }

    private final SpinLock lock = new SpinLock();
    private final @Nullable Consumer<H> onEnd;

    private @Nullable Member live;
    private int liveCount;
    private @Nullable Member firstEnded;
    private @Nullable Member lastEnded;
    private int endedCount;
    private boolean closed;
    private @Nullable Waiter waiters;

    /** Makes a group that keeps the tasks that have ended until they are taken. */
    public TaskGroup() {
        this(null);
    }

    /**
     * Makes a group.
     *
     * @param onEnd told of each task that has ended, instead of its being kept, before it stops counting as alive; called
     *     where {@link TaskPort#whenEnded} says; {@code null} to have them kept
     */
    public TaskGroup(@Nullable Consumer<H> onEnd) {
        this.onEnd = onEnd;
    }

    /**
     * Adds a task, or aborts it if the group is closed.
     *
     * @throws IllegalStateException if the group is closed
     */
    public void add(H task) {
        Member member = new Member(task);
        boolean added;
        lock.lock();
        added = !closed;
        if (added) {
            link(member);
        }
        lock.unlock();
        if (!added) {
            port(task).abort();
            throw closedAlready();
        }
        try {
            port(task).whenEnded(member);
        } catch (Throwable notToBeTold) {
            port(task).abort();
            leave(member, false);
            throw notToBeTold;
        }
    }

    /** Throws if the group is closed, before a task is spawned in vain. */
    public void checkOpen() {
        lock.lock();
        boolean open = !closed;
        lock.unlock();
        if (!open) {
            throw closedAlready();
        }
    }

    private static TaskPort port(Object task) {
        if (task instanceof TaskPort port) {
            return port;
        }
        throw new IllegalArgumentException(
                "Not a handle of a runtime: " + task.getClass().getName());
    }

    private static IllegalStateException closedAlready() {
        return new IllegalStateException("The group is closed and takes no more tasks");
    }

    private void link(Member member) {
        member.next = live;
        if (live != null) {
            live.previous = member;
        }
        live = member;
        member.linked = true;
        liveCount++;
    }

    private void unlink(Member member) {
        if (member.previous == null) {
            live = member.next;
        } else {
            member.previous.next = member.next;
        }
        if (member.next != null) {
            member.next.previous = member.previous;
        }
        member.previous = null;
        member.next = null;
        member.linked = false;
        liveCount--;
    }

    private void ended(Member member) {
        if (onEnd != null && member.linked) {
            onEnd.accept(member.task);
        }
        leave(member, onEnd == null);
    }

    private void leave(Member member, boolean kept) {
        Waiter told = null;
        lock.lock();
        if (member.linked) {
            unlink(member);
            if (kept) {
                append(member);
            }
            told = waiters;
        }
        boolean noneAlive = liveCount == 0;
        lock.unlock();
        wake(told, noneAlive);
    }

    private void append(Member member) {
        if (lastEnded == null) {
            firstEnded = member;
        } else {
            lastEnded.next = member;
        }
        lastEnded = member;
        endedCount++;
    }

    private static void wake(@Nullable Waiter told, boolean noneAlive) {
        for (Waiter waiter = told; waiter != null; waiter = waiter.next()) {
            if (noneAlive || waiter.until == Until.ONE_ENDED) {
                LockSupport.unpark(waiter.thread());
            }
        }
    }

    /** Returns how many tasks are alive or wait to be taken. */
    public int size() {
        lock.lock();
        int size = liveCount + endedCount;
        lock.unlock();
        return size;
    }

    /** Takes the task that ended first, or {@code null} if none has. */
    public @Nullable H poll() {
        lock.lock();
        Member first = firstEnded;
        if (first != null) {
            firstEnded = first.next;
            if (firstEnded == null) {
                lastEnded = null;
            }
            endedCount--;
        }
        lock.unlock();
        return first == null ? null : first.task;
    }

    /**
     * Takes the task that ended first; waits for one as long as any is alive.
     *
     * @return {@code null} if none is left
     * @throws CancellationException if the caller is a task and was interrupted
     */
    public @Nullable H take() {
        for (; ; ) {
            H first = poll();
            if (first != null) {
                return first;
            }
            if (await(Until.ONE_ENDED, true)) {
                return null;
            }
        }
    }

    /**
     * Waits until no task is alive.
     *
     * @throws CancellationException if the caller is a task and was interrupted
     */
    public void awaitNoneAlive() {
        await(Until.NONE_ALIVE, true);
    }

    /** Waits until no task is alive, whatever happens to the caller meanwhile. */
    public void awaitNoneAliveUninterruptibly() {
        await(Until.NONE_ALIVE, false);
    }

    /** Returns whether nothing was left to wait for. */
    private boolean await(Until until, boolean abortable) {
        boolean inTask = abortable && ThreadAttachment.current() != null;
        Waiter waiter = null;
        boolean interrupted = false;
        try {
            for (; ; ) {
                boolean ended;
                boolean noneAlive;
                lock.lock();
                try {
                    ended = until == Until.ONE_ENDED && firstEnded != null;
                    noneAlive = liveCount == 0;
                    if (!ended && !noneAlive && waiter == null) {
                        waiter = new Waiter(until, waiters);
                        waiters = waiter;
                    }
                } finally {
                    // There may be no memory for a waiter.
                    lock.unlock();
                }
                if (ended || noneAlive) {
                    return !ended;
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    interrupted = true;
                    if (inTask) {
                        throw new CancellationException("Interrupted while waiting for tasks of a group");
                    }
                }
            }
        } finally {
            if (waiter != null) {
                forget(waiter);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void forget(Waiter gone) {
        lock.lock();
        waiters = WaitingThread.without(waiters, gone);
        lock.unlock();
    }

    /** Aborts every task that is alive. */
    public void abortAll() {
        for (H task : live()) {
            port(task).abort();
        }
    }

    private List<H> live() {
        lock.lock();
        try {
            List<H> tasks = new ArrayList<>(liveCount);
            for (Member member = live; member != null; member = member.next) {
                tasks.add(member.task);
            }
            return tasks;
        } finally {
            // There may be no memory for the list.
            lock.unlock();
        }
    }

    /** Lets go of every task, those that wait to be taken included. */
    public void detachAll() {
        Waiter told;
        lock.lock();
        while (live != null) {
            unlink(live);
        }
        firstEnded = null;
        lastEnded = null;
        endedCount = 0;
        told = waiters;
        lock.unlock();
        wake(told, true);
    }

    /** Takes no more tasks from now on. */
    public void close() {
        lock.lock();
        closed = true;
        lock.unlock();
    }

    /**
     * Checks that the calling thread does not run a task of this group, which would wait for itself.
     *
     * @param what what the caller wants to do
     */
    @SuppressWarnings("ReferenceEquality") // identity is meant
    public void checkNotInside(String what) {
        Object current = ThreadAttachment.current();
        if (current != null && live().stream().anyMatch(task -> task == current)) {
            throw new IllegalStateException(
                    "A task of the group cannot " + what + ", because it would wait for itself");
        }
    }

    @Override
    public String toString() {
        return "a group of tasks";
    }

    private final class Member implements Runnable {

        private final H task;
        private @Nullable Member previous;
        private @Nullable Member next;

        /** Whether it is among the live ones; guarded by the lock, and set for good before the task's end can be told. */
        private volatile boolean linked;

        Member(H task) {
            this.task = task;
        }

        @Override
        public void run() {
            ended(this);
        }
    }

    private static final class Waiter extends WaitingThread<Waiter> {

        private final Until until;

        Waiter(Until until, @Nullable Waiter next) {
            super(next);
            this.until = until;
        }
    }
}
