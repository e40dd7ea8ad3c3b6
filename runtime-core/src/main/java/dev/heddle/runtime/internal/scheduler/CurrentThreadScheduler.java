package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.internal.task.TaskRegistry;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The current-thread flavour: one core and no thread. Tasks run while, and only while, some thread waits for one of them.
 *
 * <p>Of several threads that wait one drives the core, for all of them. When it has what it waited for it frees the core
 * and wakes another, which goes on. No wake is lost: a thread queues itself and then tries to take the core; the one who
 * frees it does so and then looks into the queue. Both are sequentially consistent, so one of them sees the other.
 */
public final class CurrentThreadScheduler implements Scheduler {

    /**
     * How fibers are made, and in which order tasks run.
     *
     * @param seed what decides the order; {@code null} for that of the queues
     */
    public record Settings(
            String namePrefix,
            @Nullable ClassLoader contextClassLoader,
            ThreadContainer fiberContainer,
            @Nullable Long seed) {}

    private final Settings settings;
    private final Shared shared;
    private final Core core;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final Queue<Thread> waiting = new ConcurrentLinkedQueue<>();

    /**
     * Makes a scheduler.
     *
     * @param settings the names and the order
     * @param driver what the driving thread sleeps in
     */
    public CurrentThreadScheduler(Settings settings, Driver driver) {
        this.settings = settings;
        this.shared =
                new Shared(settings.namePrefix(), 1, settings.contextClassLoader(), settings.fiberContainer(), driver);
        Long seed = settings.seed();
        this.core = new Core(shared, 0, seed == null ? null : new SeededOrder(seed));
        shared.setCores(new Core[] {core});
    }

    @Override
    public void tell(RuntimeHooks hooks) {
        shared.setHooks(hooks);
    }

    @Override
    public void start() {
        VirtualThreads.initializePollers();
    }

    @Override
    public void schedule(TaskCell<?> task) {
        shared.schedule(task);
    }

    @Override
    public void runToEnd(TaskCell<?> task) {
        if (Thread.interrupted()) {
            // The fibers that this thread carries would clear it.
            task.interrupt();
        }
        shared.schedule(task);
        Thread caller = Thread.currentThread();
        task.toCompletableFuture().whenComplete((result, failure) -> wake(caller));
        AtomicBoolean tooLate = new AtomicBoolean();
        drive(task::isFinished, Long.MAX_VALUE, () -> tooLate.setPlain(!task.interrupt()));
        if (tooLate.getPlain()) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void awaitEmpty(TaskRegistry registry, long deadlineNanos) {
        AtomicBoolean interrupted = new AtomicBoolean();
        driveByStandIn(
                () -> registry.isEmpty() || interrupted.get(),
                deadlineNanos,
                TaskRegistry.LONGEST_PARK_NANOS,
                () -> interrupted.set(true));
        if (interrupted.get()) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs tasks, or waits while another thread does.
     *
     * @param until when to return; its coming true must {@link #wake} the calling thread
     * @param deadlineNanos when to return at the latest; {@link Long#MAX_VALUE} for never
     * @param onInterrupt what to do when the calling thread is interrupted while it waits
     */
    private void drive(BooleanSupplier until, long deadlineNanos, Runnable onInterrupt) {
        if (Thread.currentThread().isVirtual()) {
            // It cannot carry others, so a platform thread stands in for it.
            driveByStandIn(until, deadlineNanos, Long.MAX_VALUE, onInterrupt);
        } else {
            driveInTurn(until, deadlineNanos, onInterrupt);
        }
    }

    /** Wakes a thread that drives the core, or waits for its turn to. */
    private void wake(Thread thread) {
        LockSupport.unpark(thread);
        // It may sleep in the driver, which its permit does not end.
        core.unpark();
    }

    /**
     * The same as {@link #drive}, except that the calling thread is only parked: enough for it to be unparked when
     * {@code until} comes true.
     *
     * @param longestParkNanos after how long it looks again without being unparked
     */
    private void driveByStandIn(
            BooleanSupplier until, long deadlineNanos, long longestParkNanos, Runnable onInterrupt) {
        Thread standIn = Thread.ofPlatform()
                .daemon()
                .name(settings.namePrefix() + "driver")
                .start(() -> driveInTurn(until, deadlineNanos, () -> {}));
        while (!until.getAsBoolean() && left(deadlineNanos) > 0) {
            LockSupport.parkNanos(this, Math.min(longestParkNanos, left(deadlineNanos)));
            if (Thread.interrupted()) {
                onInterrupt.run();
            }
        }
        wake(standIn);
    }

    private void driveInTurn(BooleanSupplier until, long deadlineNanos, Runnable onInterrupt) {
        Thread self = Thread.currentThread();
        waiting.add(self);
        try {
            while (!until.getAsBoolean() && left(deadlineNanos) > 0) {
                boolean interrupted;
                if (taken.compareAndSet(false, true)) {
                    interrupted = driveCore(until, deadlineNanos);
                } else {
                    LockSupport.parkNanos(this, left(deadlineNanos));
                    interrupted = Thread.interrupted();
                }
                if (interrupted) {
                    onInterrupt.run();
                }
            }
        } finally {
            waiting.remove(self);
            if (!taken.get()) {
                LockSupport.unpark(waiting.peek());
            }
        }
    }

    private boolean driveCore(BooleanSupplier until, long deadlineNanos) {
        try {
            return core.drive(until, deadlineNanos);
        } finally {
            taken.set(false);
        }
    }

    private static long left(long deadlineNanos) {
        return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - System.nanoTime();
    }

    @Override
    public void stop(long deadlineNanos) {
        shared.stop();
        // Nobody waits for a task any more, so whoever still drives is in a task that does not end.
        if (!Thread.currentThread().isVirtual() && taken.compareAndSet(false, true)) {
            core.drive(() -> false, deadlineNanos);
            core.endIdleFibers();
            taken.set(false);
        }
        shared.runLeftovers();
    }

    /** Returns this scheduler as a place for tasks that must not run at the same time, as none of its tasks do. */
    public Confinement confinement() {
        return new Confinement() {

            @Override
            public void schedule(TaskCell<?> task) {
                shared.schedule(task);
            }

            @Override
            @SuppressWarnings("ReferenceEquality") // identity is meant
            public boolean isCurrent() {
                return Core.current() == core;
            }

            @Override
            public void stop(long deadlineNanos) {
                // Its threads are their callers' and go on with the other tasks.
            }
        };
    }

    @Override
    public void resize(int count) {
        throw new UnsupportedOperationException("A current-thread runtime has no workers");
    }

    @Override
    public long coarseNanoTime() {
        return System.nanoTime();
    }

    @Override
    public int currentWorker() {
        return shared.currentCoreIndex();
    }

    @Override
    public boolean isTimeSliceOver() {
        return core.isTimeSliceOver();
    }

    @Override
    public SchedulerKind kind() {
        return SchedulerKind.CURRENT_THREAD;
    }

    @Override
    public List<WorkerMetrics> workers() {
        return shared.metrics();
    }

    @Override
    public int injectionQueueDepth() {
        return shared.injection().size();
    }

    @Override
    public long foreignContinuations() {
        return shared.foreignContinuations();
    }
}
