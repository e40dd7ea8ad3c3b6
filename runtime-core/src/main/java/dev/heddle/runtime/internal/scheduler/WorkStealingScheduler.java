package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.loom.SpinLock;
import dev.heddle.runtime.internal.loom.ThreadAttachment;
import dev.heddle.runtime.internal.loom.ThreadContainer;
import dev.heddle.runtime.internal.loom.VirtualThreads;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.internal.task.TaskRegistry;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The multi-thread flavour: a thread for each core, and a monitor that looks after them. */
public final class WorkStealingScheduler implements Scheduler {

    /** How many workers, and how their threads and those of the tasks are made. */
    public record Settings(
            String namePrefix, int workers, @Nullable ClassLoader contextClassLoader, ThreadContainer fiberContainer) {}

    private final Settings settings;
    private final Shared shared;
    private final Monitor monitor;
    private final Consumer<Thread> starter;

    /** Held by those who change how many workers there are, never by a worker. */
    private final ReentrantLock resizing = new ReentrantLock();

    /** Guards the replacement of {@link #workers} and of the cores. */
    private final SpinLock replacing = new SpinLock();

    private volatile Worker[] workers = {};

    /** Of every worker that there ever was, by its index. Guarded by {@link #resizing}. */
    private final List<WorkerCounters> counters = new ArrayList<>();

    /**
     * Makes a scheduler without starting its threads.
     *
     * @param settings how many workers and the like
     * @param driver what idle workers sleep in
     */
    public WorkStealingScheduler(Settings settings, Driver driver) {
        this(settings, driver, Thread::start);
    }

    /**
     * Makes a scheduler for a test in which threads do not start.
     *
     * @param starter starts a thread, or throws
     */
    WorkStealingScheduler(Settings settings, Driver driver, Consumer<Thread> starter) {
        this.settings = settings;
        this.starter = starter;
        this.shared = new Shared(
                settings.namePrefix(),
                settings.workers(),
                settings.contextClassLoader(),
                settings.fiberContainer(),
                driver);
        this.monitor = new Monitor(shared, driver, settings.namePrefix() + "monitor");
        shared.setMonitor(monitor);
        Worker[] first = new Worker[settings.workers()];
        Arrays.setAll(first, this::newWorker);
        replaceWorkers(first);
    }

    private Worker newWorker(int index) {
        String name = settings.namePrefix() + "worker-" + index;
        return new Worker(this, new Core(shared, index, null, countersOf(index)), name, settings.contextClassLoader());
    }

    private WorkerCounters countersOf(int index) {
        if (index == counters.size()) {
            counters.add(new WorkerCounters());
        } else {
            counters.get(index).takenOver();
        }
        return counters.get(index);
    }

    private void replaceWorkers(Worker[] replacement) {
        Core[] cores = new Core[replacement.length];
        for (int i = 0; i < cores.length; i++) {
            cores[i] = replacement[i].core();
        }
        workers = replacement;
        shared.setCores(cores);
    }

    /** Returns the index of the core that carries the calling thread, of whatever runtime, or -1. */
    public static int currentWorkerIndex() {
        Core core = Core.current();
        return core == null ? -1 : core.index();
    }

    @Override
    public void tell(RuntimeHooks hooks) {
        shared.setHooks(hooks);
    }

    @Override
    public void start() {
        VirtualThreads.initializePollers();
        monitor.start(starter);
        for (Worker worker : workers) {
            starter.accept(worker);
        }
    }

    @Override
    public void schedule(TaskCell<?> task) {
        shared.schedule(task);
    }

    @Override
    public void resize(int count) {
        resizing.lock();
        try {
            Worker[] present = workers;
            int staying = 0;
            for (Worker worker : present) {
                if (!worker.isRetired() && ++staying > count) {
                    worker.retire();
                }
            }
            for (int index = 0; staying < count && !shared.isStopping(); index++) {
                // The index of a worker that has not quite gone yet is still taken.
                if (isFree(index, present)) {
                    hire(newWorker(index));
                    staying++;
                }
            }
        } finally {
            resizing.unlock();
        }
    }

    private static boolean isFree(int index, Worker[] present) {
        for (Worker worker : present) {
            if (worker.core().index() == index) {
                return false;
            }
        }
        return true;
    }

    private void hire(Worker worker) {
        replacing.lock();
        try {
            Worker[] more = Arrays.copyOf(workers, workers.length + 1);
            more[workers.length] = worker;
            replaceWorkers(more);
        } finally {
            replacing.unlock();
        }
        shared.idle().join();
        try {
            starter.accept(worker);
        } catch (Throwable noThread) {
            // As it would at the end of its thread.
            worker.core().leave();
            remove(worker);
            throw noThread;
        }
    }

    @Nullable
    RuntimeHooks hooks() {
        return shared.hooks();
    }

    /** Takes a worker out that has left. Called by it. */
    void remove(Worker gone) {
        replacing.lock();
        try {
            Worker[] fewer = new Worker[workers.length - 1];
            int kept = 0;
            for (Worker worker : workers) {
                if (worker != gone) {
                    fewer[kept++] = worker;
                }
            }
            replaceWorkers(fewer);
        } finally {
            replacing.unlock();
        }
    }

    @Override
    public void runToEnd(TaskCell<?> task) {
        ThreadAttachment.runWith(task, task);
    }

    @Override
    public void awaitEmpty(TaskRegistry registry, long deadlineNanos) {
        LockSupport.parkNanos(registry, Math.min(TaskRegistry.LONGEST_PARK_NANOS, deadlineNanos - System.nanoTime()));
    }

    @Override
    public void stop(long deadlineNanos) {
        shared.stop();
        boolean interrupted = false;
        for (Worker worker : workers) {
            try {
                Threads.join(worker, deadlineNanos);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        shared.runLeftovers();
        monitor.stop(deadlineNanos);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public long coarseNanoTime() {
        return monitor.nanoTime();
    }

    @Override
    public int currentWorker() {
        return shared.currentCoreIndex();
    }

    @Override
    public boolean isTimeSliceOver() {
        Core core = Core.current();
        return core != null && core.isTimeSliceOver();
    }

    @Override
    public SchedulerKind kind() {
        return SchedulerKind.WORKERS;
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
