package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.ThreadHygiene;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the cores of one scheduler share: the queue from outside, who sleeps, the driver, and each other. */
final class Shared implements LocalQueue.Overflow<Object> {

    private final String namePrefix;
    private final String fiberName;
    private final ThreadHygiene fiberHygiene;
    private final ThreadContainer fiberContainer;
    private final @Nullable Driver driver;
    private final InjectionQueue<Object> injection;
    private final IdleWorkers idle;
    private final LongAdder foreignContinuations = new LongAdder();

    /** Replaced as a whole when cores come and go. */
    private volatile Core[] cores = {};

    private @Nullable Monitor monitor;
    private @Nullable RuntimeHooks hooks;
    private volatile boolean stopping;
    private volatile boolean stopped;

    Shared(
            String namePrefix,
            int coreCount,
            @Nullable ClassLoader contextClassLoader,
            ThreadContainer fiberContainer,
            @Nullable Driver driver) {
        this.namePrefix = namePrefix;
        this.fiberName = namePrefix + "fiber";
        this.fiberHygiene = new ThreadHygiene(fiberName, contextClassLoader);
        this.fiberContainer = fiberContainer;
        this.driver = driver;
        this.injection = new InjectionQueue<>(coreCount);
        this.idle = new IdleWorkers(coreCount);
    }

    /**
     * Queues what has become runnable. Callable from any thread; does not block.
     *
     * @throws OutOfMemoryError if there is no memory to queue it, and it is not queued
     */
    void schedule(Object element) {
        Core core = ownCore();
        if (core != null) {
            core.schedule(element);
            return;
        }
        injection.push(element);
        wakeOne();
        runLeftoversIfStopped();
    }

    /**
     * Runs what the caller has queued after the last worker that would have come to it. For after {@link #wakeOne}, whose
     * fence is between what was queued and the look whether anybody is left.
     */
    void runLeftoversIfStopped() {
        if (stopped) {
            runLeftovers();
        }
    }

    private @Nullable Core ownCore() {
        Core core = Core.current();
        if (core != null) {
            return core.belongsTo(this) ? core : null;
        }
        // In the current-thread flavour the driving thread may be anybody's.
        Core[] all = cores;
        return all.length == 1 && all[0].isDrivenBy(Thread.currentThread()) ? all[0] : null;
    }

    /** Returns the index of the core that carries the calling thread, or -1 if none of these does. */
    int currentCoreIndex() {
        Core core = Core.current();
        return core != null && core.belongsTo(this) ? core.index() : -1;
    }

    @Override
    public void accept(Object element) {
        injection.push(element);
    }

    @Override
    public void acceptAll(Object[] elements) {
        injection.pushAll(elements);
    }

    /** Wakes a core for work that is visible already, unless one searches or none sleeps. */
    void wakeOne() {
        int sleeper = idle.takeSleeperForWork();
        if (sleeper == IdleWorkers.NONE) {
            return;
        }
        for (Core core : cores) {
            // One that is not there any more has looked at all queues before it left.
            if (core.index() == sleeper) {
                core.unpark();
            }
        }
    }

    void wakeOneIfWorkIsPending() {
        boolean pending = !injection.isEmpty();
        Core[] all = cores;
        for (int i = 0; i < all.length && !pending; i++) {
            pending = all[i].hasStealableWork();
        }
        if (pending) {
            wakeOne();
        }
    }

    /** Has a monitor told of every core that wakes. Before the first core is driven. */
    void setMonitor(Monitor monitor) {
        this.monitor = monitor;
    }

    /** Has somebody told what cores and fibers do. Before the first core is driven. */
    void setHooks(@Nullable RuntimeHooks hooks) {
        this.hooks = hooks;
    }

    @Nullable
    RuntimeHooks hooks() {
        return hooks;
    }

    /** Tells that a core is counted as awake which was asleep. */
    void coreWoke() {
        if (monitor != null) {
            monitor.workerWoke();
        }
    }

    /** Gives the continuation of a virtual thread that is no fiber to the JDK. */
    void passOn(Runnable continuation) {
        foreignContinuations.increment();
        VirtualThreads.defaultScheduler().execute(continuation);
    }

    /** Has the cores leave once they have nothing left to run. */
    void stop() {
        stopping = true;
        for (Core core : cores) {
            core.unpark();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /**
     * Runs what was queued too late for the cores: fibers whose tasks were given up at shutdown and woke afterwards.
     * Dropping one would leave its thread, and whoever waits for a lock that it holds, hanging for ever.
     */
    void runLeftovers() {
        stopped = true;
        for (Object left = takeLeftover(); left != null; left = takeLeftover()) {
            if (left instanceof Fiber fiber) {
                runLate(fiber);
            }
        }
    }

    private @Nullable Object takeLeftover() {
        Object left = injection.take(1, rest -> {});
        Core[] all = cores;
        for (int i = 0; i < all.length && left == null; i++) {
            if (!all[i].isDriven()) {
                left = all[i].takeLeftover();
            }
        }
        return left;
    }

    /** Runs a fiber on a thread of its own. */
    void runLate(Fiber fiber) {
        try {
            Thread.ofPlatform().daemon().name(namePrefix + "late").start(() -> {
                boolean again = fiber.mount(null);
                while (again) {
                    again = fiber.mount(null);
                }
            });
        } catch (OutOfMemoryError noThread) {
            SafeLog.error(Shared.class, "No thread for a task that was given up at shutdown and could go on", noThread);
        }
    }

    Core[] cores() {
        return cores;
    }

    void setCores(Core[] cores) {
        this.cores = cores;
    }

    /** Returns what the cores sleep in, or {@code null} if they leave that to others. */
    @Nullable
    Driver driver() {
        return driver;
    }

    IdleWorkers idle() {
        return idle;
    }

    InjectionQueue<Object> injection() {
        return injection;
    }

    String fiberName() {
        return fiberName;
    }

    ThreadContainer fiberContainer() {
        return fiberContainer;
    }

    ThreadHygiene fiberHygiene() {
        return fiberHygiene;
    }

    List<WorkerMetrics> metrics() {
        return Arrays.stream(cores)
                .map(Core::metrics)
                .sorted(Comparator.comparingInt(WorkerMetrics::index))
                .toList();
    }

    long foreignContinuations() {
        return foreignContinuations.sum();
    }
}
