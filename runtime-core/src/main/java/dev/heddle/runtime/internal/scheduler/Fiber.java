package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A virtual thread that runs task after task as plain calls, and leaves its worker together with a task that suspends.
 *
 * <p>It is its own thread's scheduler: the JDK hands a continuation that may run to {@link #execute}, on whatever thread
 * made it runnable. The JDK promises little about those calls, so a state word keeps order:
 *
 * <pre>
 *   0         suspended: with the JDK, waiting to be unparked
 *   QUEUED    in a run queue, once
 *   MOUNTED   a worker is between the start and the end of running the continuation
 *   MOUNTED|QUEUED   became runnable meanwhile; the worker queues it when it has unmounted
 *   IDLE      in a worker's cache, without a task
 * </pre>
 *
 * <ul>
 *   <li>A fiber is in at most one queue, and only who takes it from there, or from the cache, mounts it. So
 *       {@link #core}, which the mounting thread sets, is right whenever code runs on the fiber.
 *   <li>Duplicates are legal: walking the stack of a runnable virtual thread suspends it, and its scheduler is called again
 *       afterwards, whether or not somebody has tried to run it in between. A call for a fiber that is QUEUED or IDLE is
 *       dropped. If that somebody was the mounting worker, its attempt did nothing, and the call must not be dropped: the
 *       worker writes MOUNTED and then reads the thread's state; the walker restores the thread's state and then reads
 *       this word; both are volatile, so one of them sees the other.
 *   <li>An idle fiber is not parked but has yielded. The JDK ignores an unpark of such a thread except for keeping the
 *       permit, so a late unpark meant for an earlier task is harmless: the next park returns early once, and every park
 *       sits in a loop over its condition.
 *   <li>Virtual threads started by a task inherit this object as their scheduler. Their continuations are not ours and go
 *       to the JDK's scheduler.
 * </ul>
 */
final class Fiber implements Executor, Runnable, ThreadAttachment.Holder {

    private static final int SUSPENDED = 0;
    private static final int QUEUED = 1;
    private static final int MOUNTED = 1 << 1;
    private static final int IDLE = 1 << 2;

    private static final int RESUBMITTED = -2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Fiber.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Shared shared;

    private volatile int state = SUSPENDED;

    /** The JDK's handle to run the thread; given by the first call of {@link #execute}, from {@link Thread#start()}. */
    private @Nullable Runnable continuation;

    /** The worker that this fiber is mounted on; {@code null} when it runs on after the runtime was stopped. */
    private @Nullable Core core;

    /**
     * How often its core had looked at the driver when this fiber last became runnable without waiting for anything;
     * {@link #RESUBMITTED} from then until the mounting ends. Belongs to the mounting thread.
     */
    private int yieldedAt = -1;

    /**
     * The task that runs, or, while {@code null} for an idle fiber, none. The mounting thread sets the one to begin with;
     * the fiber itself the others.
     */
    private @Nullable Object attachment;

    private Fiber(Shared shared) {
        this.shared = shared;
    }

    /** Returns a new fiber that is ready to be mounted. */
    static Fiber start(Shared shared) {
        Fiber fiber = new Fiber(shared);
        shared.fiberContainer().start(VirtualThreads.newThread(fiber, shared.fiberName(), fiber));
        return fiber;
    }

    /** Returns the fiber that the calling thread is, or {@code null}. */
    static @Nullable Fiber current() {
        return ThreadAttachment.currentHolder() instanceof Fiber fiber ? fiber : null;
    }

    @Nullable
    Core core() {
        return core;
    }

    /** Notes that this fiber is queued again without having waited. For the core that has just unmounted it. */
    void yieldedAt(int driverLooks) {
        yieldedAt = driverLooks;
    }

    /** Whether it has yielded and the driver was not looked at since. For the core that is about to mount it. */
    boolean hasYieldedSince(int driverLooks) {
        return yieldedAt == driverLooks;
    }

    /** Tells that the suspended task goes on. For the core that is about to mount this. */
    void tellResumed(RuntimeHooks hooks) {
        if (attachment instanceof TaskCell<?> resumed) {
            hooks.taskResumed(resumed);
        }
    }

    void assign(TaskCell<?> task) {
        attachment = task;
    }

    /**
     * Runs this fiber until it suspends, has nothing to do or ends. For a worker that has just taken it from a queue or its
     * cache.
     *
     * @param on the calling worker, or {@code null} after the runtime was stopped
     * @return whether the fiber has become runnable again meanwhile, so that the caller must queue it
     */
    @SuppressWarnings("NullAway") // the continuation is there once the thread is started
    boolean mount(@Nullable Core on) {
        if (core != on) {
            core = on;
        }
        state = MOUNTED;
        continuation.run();
        boolean resubmitted = yieldedAt == RESUBMITTED;
        if (resubmitted) {
            yieldedAt = -1;
        }
        if (on != null && on.hasTakenBack(this)) {
            // Only its own yield can have queued it, or a duplicate: both are void.
            state = IDLE;
            return false;
        }
        RuntimeHooks hooks = shared.hooks();
        if (hooks != null && attachment instanceof TaskCell<?> suspended) {
            // As long as this is MOUNTED nobody else runs it, so the task is still the one.
            hooks.taskSuspended(suspended);
        }
        if (resubmitted) {
            // Overwrites what a duplicate may have written meanwhile, which asked for no more than this queueing.
            STATE.setRelease(this, QUEUED);
            return true;
        }
        return ((int) STATE.getAndBitwiseAnd(this, ~MOUNTED) & QUEUED) != 0;
    }

    /** What the virtual thread runs. */
    @Override
    public void run() {
        do {
            TaskCell<?> task = (TaskCell<?>) attachment;
            while (task != null) {
                runTask(task);
                task = core == null ? null : core.nextTaskInline();
            }
        } while (handBack());
    }

    private void runTask(TaskCell<?> task) {
        attachment = task;
        nameAfter(task);
        task.run();
        attachment = null;
        shared.fiberHygiene().restore(Thread.currentThread());
    }

    private static void nameAfter(TaskCell<?> task) {
        if (task.name() != null) {
            try {
                Thread.currentThread().setName(task.describe());
            } catch (OutOfMemoryError e) {
                // The task has to run, and its handle to complete, under whatever name.
            }
        }
    }

    /** Goes back to the worker's cache until there is a task for it. Returns {@code false} if the thread shall end. */
    private boolean handBack() {
        Core keeper = core;
        if (keeper == null || !keeper.takeBack(this)) {
            return false;
        }
        try {
            Thread.yield();
        } catch (OutOfMemoryError | StackOverflowError notYielded) {
            keeper.cannotYield();
            return false;
        }
        return true;
    }

    /** Called by the JDK when a continuation may run. Must not throw, reject or block. */
    @Override
    @SuppressWarnings("ReferenceEquality") // a virtual thread has one such object, and identity is meant
    public void execute(Runnable runnable) {
        if (continuation == null) {
            continuation = runnable;
        } else if (runnable != continuation) {
            shared.passOn(runnable);
        } else if (isBeingMountedByCaller()) {
            yieldedAt = RESUBMITTED;
        } else if (becameRunnable()) {
            queue();
        }
    }

    private void queue() {
        try {
            shared.schedule(this);
        } catch (OutOfMemoryError notQueued) {
            // The JDK tries it again.
            STATE.getAndBitwiseAnd(this, ~QUEUED);
            throw notQueued;
        }
    }

    /**
     * Whether the caller is the thread that mounts this fiber: it has yielded, or was woken just as it suspended. Nobody else
     * can then end the mounting, so a plain field does what a compare-and-set of the state would. The state is read first:
     * who has written MOUNTED has written {@code core} before.
     */
    private boolean isBeingMountedByCaller() {
        return (state & MOUNTED) != 0 && core != null && core.isDrivenBy(Thread.currentThread());
    }

    private boolean becameRunnable() {
        for (; ; ) {
            int s = state;
            if ((s & (QUEUED | IDLE)) != 0) {
                return false;
            }
            if (STATE.compareAndSet(this, s, s | QUEUED)) {
                return (s & MOUNTED) == 0;
            }
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // as in execute
    public boolean holds(Thread candidate) {
        return VirtualThreads.continuationOf(candidate) == continuation;
    }

    @Override
    public @Nullable Object attachment() {
        return attachment;
    }

    @Override
    public void attach(@Nullable Object attached) {
        attachment = attached;
    }
}
