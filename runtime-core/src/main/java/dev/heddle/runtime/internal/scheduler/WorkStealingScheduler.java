package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.loom.ThreadHygiene;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The scheduler on our own workers: who runs what is decided by {@link Worker}, this is what they share. */
public final class WorkStealingScheduler implements Scheduler {

    /** How many workers, and how their threads are made. */
    public record Settings(
            String namePrefix, int workers, @Nullable ClassLoader contextClassLoader) {}

    private final Settings settings;
    private final Driver driver;
    private final String fiberName;
    private final ThreadHygiene fiberHygiene;
    private final InjectionQueue<Object> injection = new InjectionQueue<>();
    private final IdleWorkers idle;
    private final Worker[] workers;
    private final LongAdder foreignContinuations = new LongAdder();
    private volatile boolean stopping;
    private volatile boolean stopped;

    /**
     * Makes a scheduler without starting its threads.
     *
     * @param settings how many workers and the like
     * @param driver what idle workers sleep in
     */
    public WorkStealingScheduler(Settings settings, Driver driver) {
        this.settings = settings;
        this.driver = driver;
        this.fiberName = settings.namePrefix() + "fiber";
        this.fiberHygiene = new ThreadHygiene(fiberName, settings.contextClassLoader());
        this.idle = new IdleWorkers(settings.workers());
        this.workers = new Worker[settings.workers()];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Worker(this, i, settings.namePrefix() + "worker-" + i, settings.contextClassLoader());
        }
    }

    /**
     * Returns the index of the worker that carries the calling thread, of whatever runtime, or -1.
     */
    public static int currentWorkerIndex() {
        Worker worker = currentWorker();
        return worker == null ? -1 : worker.index();
    }

    /** Must be asked again after anything that may suspend the caller. */
    private static @Nullable Worker currentWorker() {
        if (Thread.currentThread() instanceof Worker worker) {
            return worker;
        }
        Fiber fiber = Fiber.current();
        return fiber == null ? null : fiber.worker();
    }

    @Override
    public void start() {
        VirtualThreads.initializePollers();
        for (Worker worker : workers) {
            worker.start();
        }
    }

    @Override
    public void schedule(TaskCell<?> task) {
        scheduleAny(task);
    }

    void scheduleWoken(Fiber fiber) {
        scheduleAny(fiber);
    }

    private void scheduleAny(Object element) {
        Worker worker = currentWorker();
        if (worker != null && worker.belongsTo(this)) {
            worker.schedule(element);
            return;
        }
        injection.push(element);
        wakeOne();
        if (stopped) {
            runLeftovers();
        }
    }

    /** Wakes a worker for work that is visible already, unless one searches or none sleeps. */
    void wakeOne() {
        int sleeper = idle.takeSleeperForWork();
        if (sleeper != IdleWorkers.NONE) {
            workers[sleeper].unpark();
        }
    }

    void wakeOneIfWorkIsPending() {
        boolean pending = !injection.isEmpty();
        for (int i = 0; i < workers.length && !pending; i++) {
            pending = workers[i].hasStealableWork();
        }
        if (pending) {
            wakeOne();
        }
    }

    /** Gives the continuation of a virtual thread that is no fiber to the JDK. */
    void passOn(Runnable continuation) {
        foreignContinuations.increment();
        VirtualThreads.defaultScheduler().execute(continuation);
    }

    @Override
    public void stop(long deadlineNanos) {
        stopping = true;
        for (Worker worker : workers) {
            worker.unpark();
        }
        boolean interrupted = false;
        for (Worker worker : workers) {
            try {
                worker.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        stopped = true;
        runLeftovers();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs what was queued too late for the workers: fibers whose tasks were given up at shutdown and woke afterwards.
     * Dropping one would leave its thread, and whoever waits for a lock that it holds, hanging for ever.
     */
    private void runLeftovers() {
        for (Object left = takeLeftover(); left != null; left = takeLeftover()) {
            if (left instanceof Fiber fiber) {
                runLate(fiber);
            }
        }
    }

    private @Nullable Object takeLeftover() {
        Object left = injection.take(1, rest -> {});
        for (int i = 0; i < workers.length && left == null; i++) {
            if (!workers[i].isAlive()) {
                left = workers[i].takeLeftover();
            }
        }
        return left;
    }

    void runLate(Fiber fiber) {
        Thread.ofPlatform().daemon().name(settings.namePrefix() + "late").start(() -> {
            boolean again = fiber.mount(null);
            while (again) {
                again = fiber.mount(null);
            }
        });
    }

    boolean isStopping() {
        return stopping;
    }

    int workerCount() {
        return workers.length;
    }

    Worker[] workerArray() {
        return workers;
    }

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

    ThreadHygiene fiberHygiene() {
        return fiberHygiene;
    }

    @Override
    public SchedulerKind kind() {
        return SchedulerKind.WORKERS;
    }

    @Override
    public List<WorkerMetrics> workers() {
        return Arrays.stream(workers).map(Worker::metrics).toList();
    }

    @Override
    public int injectionQueueDepth() {
        return injection.size();
    }

    @Override
    public long foreignContinuations() {
        return foreignContinuations.sum();
    }
}
