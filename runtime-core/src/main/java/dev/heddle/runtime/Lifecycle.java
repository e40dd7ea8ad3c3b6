package dev.heddle.runtime;

import dev.heddle.runtime.internal.blocking.BlockingPool;
import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.Resolver;
import dev.heddle.runtime.internal.context.TaskContext;
import dev.heddle.runtime.internal.context.TimeControl;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.Driver.Timing;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.port.Limit;
import dev.heddle.runtime.internal.scheduler.Confinement;
import dev.heddle.runtime.internal.scheduler.CurrentThreadScheduler;
import dev.heddle.runtime.internal.scheduler.JdkScheduler;
import dev.heddle.runtime.internal.scheduler.OwnThread;
import dev.heddle.runtime.internal.scheduler.Scheduler;
import dev.heddle.runtime.internal.scheduler.WorkStealingScheduler;
import dev.heddle.runtime.internal.task.Observability;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.internal.task.TaskHost;
import dev.heddle.runtime.internal.task.TaskRegistry;
import dev.heddle.runtime.internal.task.TaskRegistry.Admission;
import dev.heddle.runtime.metrics.RuntimeMetrics;
import dev.heddle.runtime.metrics.RuntimeMetrics.State;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.task.TaskOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts of a runtime together, starts them, and ends them in order.
 *
 * <p>Shutdown, step by step, and why nothing slips through:
 *
 * <ol>
 *   <li>The registry admits tasks of tasks only. From here on no outside spawn is in the list or will be.
 *   <li>The caller waits until the list is empty or the time is over.
 *   <li>The registry admits nobody. What is in the list now is all there is.
 *   <li>Everything in the list is aborted, and the caller waits {@link #UNWIND} for it to unwind.
 *   <li>What is left is given up: its handles complete as cancelled, its threads are left to themselves.
 *   <li>The driver is shut down, which wakes whoever waits for a socket; the workers end, then the pool's threads; the
 *       driver is closed.
 *   <li>What has failed and was not reported is reported now.
 * </ol>
 */
final class Lifecycle implements TaskHost {

    private static final Logger LOG = System.getLogger(AsyncRuntime.class.getName());

    /** How long aborted tasks may take to unwind, and the threads to end after that. */
    private static final Duration UNWIND = Duration.ofSeconds(2);

    private static final TaskOptions LOOKUP = TaskOptions.named("host-lookup");
    private static final TaskOptions DEADLINE = TaskOptions.named("deadline").asDetached();

    private final String name;
    private final Spawner spawner;
    private final @Nullable Listeners listeners;
    private final Surroundings surroundings;
    private final TaskRegistry registry;
    private final ThreadContainer threadContainer;
    private final Driver driver;
    private final boolean pausable;
    private final Scheduler scheduler;
    private final BlockingPool blocking;
    private final UncaughtFailures uncaught;
    private final HostLookups lookups = new HostLookups(this::spawnLookup, InetAddress::getAllByName);

    /** Whether sockets are watched by the selector though nobody has asked for it. */
    private final boolean fellBackToSelector;

    private final @Nullable ClassLoader contextClassLoader;
    private final Set<Confinement> confinements = ConcurrentHashMap.newKeySet();

    private final Object startLock = new Object();
    private final Object shutdownLock = new Object();
    private volatile State state = State.NEW;
    private @Nullable ShutdownReport report;

    Lifecycle(AsyncRuntimeBuilder builder, Spawner spawner, @Nullable Listeners listeners, Surroundings surroundings) {
        this.name = builder.name;
        this.spawner = spawner;
        this.listeners = listeners;
        this.surroundings = surroundings;
        this.contextClassLoader = builder.contextClassLoader;
        String prefix = name + "-";
        int shards = Integer.highestOneBit(builder.workerThreads) * 4;
        if (builder.currentThread && !VirtualThreads.isCustomSchedulerAvailable()) {
            throw new UnsupportedOperationException("A current-thread runtime needs the JDK's virtual threads on a"
                    + " scheduler of its own, and " + schedulerHint());
        }
        this.registry = new TaskRegistry(shards, Lifecycle::shardHint);
        this.threadContainer = ThreadContainer.create(name, registry::virtualThreads);
        this.driver = newDriver(builder, prefix, shards);
        this.fellBackToSelector =
                builder.netDriver == NetDriver.AUTO && !driver.hint().isEmpty();
        this.pausable = driver.time().isPausable();
        this.scheduler = newScheduler(builder, prefix);
        BlockingPool.Settings blockingSettings = new BlockingPool.Settings(
                prefix + "blocking-",
                builder.maxBlockingThreads,
                builder.blockingKeepAlive,
                builder.blockingQueueCapacity,
                builder.contextClassLoader);
        this.blocking = new BlockingPool(blockingSettings, driver.time()::release);
        if (listeners != null) {
            scheduler.tell(listeners);
            blocking.tell(listeners);
        }
        this.uncaught =
                new UncaughtFailures(driver.timers(), prefix, builder.contextClassLoader, builder.uncaughtTaskHandler);
    }

    private Driver newDriver(AsyncRuntimeBuilder builder, String prefix, int shards) {
        try {
            return new Driver(
                    ReactorChoice.valueOf(builder.netDriver.name()),
                    builder.currentThread,
                    prefix,
                    shards,
                    this::currentWorker,
                    timing(builder));
        } catch (UnsupportedOperationException refusal) {
            throw new NetDriverUnavailableException(refusal);
        }
    }

    private Scheduler newScheduler(AsyncRuntimeBuilder builder, String prefix) {
        if (builder.currentThread) {
            return new CurrentThreadScheduler(
                    new CurrentThreadScheduler.Settings(
                            prefix, builder.contextClassLoader, threadContainer, builder.seed),
                    driver);
        }
        if (VirtualThreads.isCustomSchedulerAvailable()) {
            return new WorkStealingScheduler(
                    new WorkStealingScheduler.Settings(
                            prefix, builder.workerThreads, builder.contextClassLoader, threadContainer),
                    driver);
        }
        return new JdkScheduler(new JdkScheduler.Settings(prefix, builder.contextClassLoader), driver);
    }

    private static Timing timing(AsyncRuntimeBuilder builder) {
        if (builder.currentThread) {
            return builder.startPaused ? Timing.PAUSED : Timing.PAUSABLE;
        }
        return VirtualThreads.isCustomSchedulerAvailable() ? Timing.MONITORED : Timing.PLAIN;
    }

    private int currentWorker() {
        return scheduler.currentWorker();
    }

    private static int shardHint() {
        int worker = WorkStealingScheduler.currentWorkerIndex();
        return worker >= 0 ? worker : (int) Thread.currentThread().threadId();
    }

    String name() {
        return name;
    }

    TimeControl time() {
        return driver.time();
    }

    /** Whether the caller is a task of this runtime. */
    boolean isOwnTask() {
        return CurrentTask.getOrNull() instanceof TaskCell<?> task && task.belongsTo(this);
    }

    @Override
    public Spawner spawner() {
        return spawner;
    }

    @Override
    public Timers timers() {
        return driver.timers();
    }

    @Override
    public long spawnNanos() {
        if (!Observability.ON) {
            return 0;
        }
        return pausable ? driver.timers().nanoTime() : scheduler.coarseNanoTime();
    }

    @Override
    public boolean isTimeSliceOver() {
        return scheduler.isTimeSliceOver();
    }

    @Override
    public IoDriver io() {
        return driver.io();
    }

    @Override
    public Resolver resolver() {
        return lookups;
    }

    @Override
    public TaskRegistry registry() {
        return registry;
    }

    @Override
    public void taskFailed(TaskCell<?> task, Throwable failure) {
        uncaught.taskFailed(task, failure);
    }

    @Override
    public void taskOverran(TaskCell<?> task, Duration limit) {
        uncaught.taskOverran(task, limit);
    }

    /** A start that fails ends the runtime: of its threads some run already, and cannot be started again. */
    void start() {
        try {
            startOnce();
        } catch (Throwable noThreads) {
            shutdown(Duration.ZERO);
            throw noThreads;
        }
    }

    private void startOnce() {
        synchronized (startLock) {
            if (state != State.NEW) {
                return;
            }
            if (!VirtualThreads.isCustomSchedulerAvailable()) {
                LOG.log(
                        Level.WARNING,
                        "Runtime ''{0}'' runs its tasks on the virtual-thread scheduler of the JDK, because {1}",
                        name,
                        schedulerHint());
            }
            if (fellBackToSelector) {
                LOG.log(
                        Level.INFO,
                        "Runtime ''{0}'' watches its sockets by a selector, because {1}",
                        name,
                        driver.hint());
            }
            try {
                scheduler.start();
            } finally {
                state = State.RUNNING;
            }
        }
    }

    private static String schedulerHint() {
        return VirtualThreads.isCustomSchedulerAvailable()
                ? ""
                : VirtualThreads.unavailableReason() + ". To give it workers of its own, " + VirtualThreads.MEND + ".";
    }

    <T extends @Nullable Object> TaskCell<T> spawn(TaskCell<T> task) {
        bind(task);
        schedule(task);
        return task;
    }

    /** Hands a bound task to the scheduler. One that it has no memory for ends, instead of being on the list for ever. */
    private void schedule(TaskCell<?> task) {
        try {
            scheduler.schedule(task);
        } catch (Throwable notScheduled) {
            task.abort();
            throw notScheduled;
        }
    }

    void spawnBlocking(TaskCell<?> task) {
        bind(task);
        submit(task);
    }

    @Override
    public void lend(TaskCell<?> task) {
        bindQuietly(task);
        submit(task);
    }

    @Override
    public <T extends @Nullable Object> Callable<T> carried(Callable<T> body) {
        return surroundings.carried(body);
    }

    private void submit(TaskCell<?> task) {
        driver.time().hold();
        try {
            blocking.submit(task);
        } catch (RejectedExecutionException | OutOfMemoryError e) {
            driver.time().release();
            task.abort();
            throw e;
        }
    }

    @Override
    public Timers.Timer schedule(long deadlineNanos, Runnable action) {
        // Not on the stack on which timers fire, where nobody may be aborted: that can call foreign code.
        return timers().schedule(deadlineNanos, () -> {
            TaskCell<?> task = TaskCell.of(this, TaskKind.ASYNC, DEADLINE, action);
            if (registry.bind(task, true)) {
                schedule(task);
            }
        });
    }

    Confinement newConfinement(String of) {
        if (scheduler instanceof CurrentThreadScheduler only) {
            return only.confinement();
        }
        if (!VirtualThreads.isCustomSchedulerAvailable()) {
            throw new UnsupportedOperationException(
                    "A local set needs the JDK's virtual threads on a scheduler of its own," + " and "
                            + schedulerHint());
        }
        Confinement made = new OwnThread(name + "-" + of, contextClassLoader, threadContainer, listeners);
        confinements.add(made);
        return made;
    }

    void endConfinement(Confinement empty) {
        if (confinements.remove(empty)) {
            empty.stop(after(System.nanoTime(), UNWIND));
        }
    }

    private TaskCell<InetAddress[]> spawnLookup(Callable<InetAddress[]> lookup) {
        TaskCell<InetAddress[]> task = TaskCell.of(this, TaskKind.BLOCKING, LOOKUP, lookup);
        spawnBlocking(task);
        return task;
    }

    /** Puts a task on the list of live ones. */
    void bind(TaskCell<?> task) {
        bindQuietly(task);
        if (listeners != null) {
            tellSpawned(listeners, task);
        }
    }

    private static void tellSpawned(Listeners listeners, TaskCell<?> task) {
        try {
            listeners.taskSpawned(task);
        } catch (Throwable noMemoryToTellOfTheEnd) {
            task.abort();
            throw noMemoryToTellOfTheEnd;
        }
    }

    private void bindQuietly(TaskCell<?> task) {
        if (state == State.NEW) {
            start();
        }
        // Who spawns matters only once outsiders are refused, and finding out costs more than the rest of this method.
        if (!registry.bind(task, false) && !(isOwnTask() && registry.bind(task, true))) {
            throw new RuntimeClosedException(name);
        }
    }

    /** Runs a task for the calling thread, which waits for its end. */
    void runToEnd(TaskCell<?> task) {
        TaskContext caller = CurrentTask.getOrNull();
        boolean nested = isOwnTask();
        boolean onCaller = nested || !(scheduler instanceof CurrentThreadScheduler);
        boolean interruptedBefore = Thread.currentThread().isInterrupted();
        bind(task);
        try {
            if (nested) {
                // The caller's fiber runs it and suspends with it.
                ThreadAttachment.runWith(task, task);
            } else {
                scheduler.runToEnd(task);
            }
        } catch (Throwable notRun) {
            task.abort();
            throw notRun;
        }
        if (onCaller && task.isAborted() && !interruptedBefore) {
            // What the body has left of its abort. Had the caller been interrupted before, it might be that interrupt.
            Thread.interrupted();
        }
        if (caller != null && (caller.isAborted() || hasFired(caller.limit()))) {
            // A timeout in the body that fired at the same time, or the line above, has cleared the interrupt of both.
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasFired(@Nullable Limit limit) {
        return limit != null && limit.hasFired();
    }

    void resize(int workers) {
        if (state == State.NEW) {
            start();
        }
        if (state == State.RUNNING) {
            scheduler.resize(workers);
        }
    }

    Optional<TaskCell<?>> find(TaskId id) {
        return registry.live().stream()
                .<TaskCell<?>>map(task -> task)
                .filter(task -> task.id().equals(id))
                .findAny();
    }

    List<TaskSnapshot> tasks() {
        return registry.live().stream().map(task -> task.snapshot(false)).toList();
    }

    RuntimeMetrics metrics() {
        TaskRegistry.Totals totals = registry.totals();
        return new RuntimeMetrics(
                name,
                state,
                scheduler.kind(),
                schedulerHint(),
                driver.name(),
                driver.hint(),
                scheduler.workers(),
                scheduler.injectionQueueDepth(),
                totals.live(),
                totals.spawned(),
                totals.succeeded(),
                totals.failed(),
                totals.aborted(),
                uncaught.count(),
                scheduler.foreignContinuations(),
                driver.armedTimers(),
                driver.registrations(),
                driver.refusedAccepts(),
                blocking.metrics());
    }

    void close(Duration timeout) {
        boolean first = state != State.TERMINATED;
        ShutdownReport closed = shutdown(timeout);
        if (first && !closed.isClean()) {
            LOG.log(
                    Level.WARNING,
                    "Runtime ''{0}'' aborted {1} tasks that had not ended within {2}; {3} of them did not react: {4}",
                    name,
                    closed.aborted().size(),
                    timeout,
                    closed.remaining().size(),
                    closed.remaining());
        }
    }

    ShutdownReport shutdown(Duration timeout) {
        if (isOwnTask()) {
            throw new IllegalStateException(
                    "A task cannot shut its own runtime down, because shutdown waits for the task:"
                            + " call it from an ordinary thread");
        }
        synchronized (shutdownLock) {
            ShutdownReport done = report;
            if (done == null) {
                done = shutdownOnce(timeout);
                report = done;
            }
            return done;
        }
    }

    private ShutdownReport shutdownOnce(Duration timeout) {
        long begin = System.nanoTime();
        boolean started;
        synchronized (startLock) {
            started = state != State.NEW;
            state = State.DRAINING;
        }
        registry.admit(Admission.TASKS_ONLY);
        int live = (int) registry.totals().live();
        registry.awaitEmpty(after(begin, timeout), scheduler::awaitEmpty);
        state = State.ABORTING;
        registry.admit(Admission.NONE);
        List<TaskCell<?>> late = registry.live();
        List<TaskSnapshot> aborted =
                late.stream().map(task -> task.snapshot(true)).toList();
        late.forEach(TaskCell::abort);
        long unwound = after(System.nanoTime(), UNWIND);
        registry.awaitEmpty(unwound, scheduler::awaitEmpty);
        List<TaskCell<?>> stuck = registry.live();
        List<TaskSnapshot> remaining =
                stuck.stream().map(task -> task.snapshot(true)).toList();
        stuck.forEach(TaskCell::giveUp);
        driver.shutdown();
        if (started) {
            // A thread that a stuck task holds is not worth waiting for.
            long ended = stuck.isEmpty() ? unwound : System.nanoTime();
            confinements.forEach(confinement -> confinement.stop(ended));
            scheduler.stop(ended);
            blocking.close(ended);
        }
        long closed = after(System.nanoTime(), UNWIND);
        driver.close(closed);
        uncaught.close(closed);
        threadContainer.close();
        state = State.TERMINATED;
        Duration elapsed = Duration.ofNanos(System.nanoTime() - begin);
        return new ShutdownReport(elapsed, Math.max(0, live - aborted.size()), aborted, remaining);
    }

    private static long after(long nanos, Duration duration) {
        return nanos
                + Math.min(
                        duration.toSeconds() > 1L << 32 ? Long.MAX_VALUE / 2 : duration.toNanos(), Long.MAX_VALUE / 2);
    }
}
