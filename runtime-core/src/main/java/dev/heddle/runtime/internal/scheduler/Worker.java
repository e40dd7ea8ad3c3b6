package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A thread that runs tasks: picks one, mounts a fiber for it or the fiber that carries it, and sleeps when there is none.
 *
 * <p>What is queued is either a {@link TaskCell} that has not begun or a {@link Fiber} that carries a suspended one. All
 * fields but the queue, the LIFO slot and the counters belong to this thread, which includes the fibers while they are
 * mounted on it.
 *
 * <p>No foreign code runs on this thread's own stack, and nothing here takes a lock that a fiber may hold while it is
 * suspended, or inherit: the fiber could need this very worker to go on.
 *
 * <p>A fiber that has ended a task asks for the next one itself ({@link #nextTaskInline}) and calls it, without a switch.
 * It returns to this thread's own stack when the next thing is a fiber, since mounts do not nest, when there is nothing to
 * do, and when it is time to look at the driver.
 */
final class Worker extends Thread {

    private static final Logger LOG = System.getLogger(Worker.class.getName());

    /** Every so many ticks the worker looks at the driver, however much there is to do. */
    private static final int EVENT_INTERVAL = 61;

    /** Every so many ticks the injection queue comes first. */
    private static final int INJECTION_INTERVAL = 31;

    /** How many times in a row the LIFO slot may come before the queue, so that two tasks cannot starve the rest. */
    private static final int MAX_LIFO_STREAK = 3;

    private static final int MAX_IDLE_FIBERS = 256;

    private final WorkStealingScheduler scheduler;
    private final int index;
    private final Driver driver;
    private final IdleWorkers idle;
    private final InjectionQueue<Object> injection;
    private final Parker parker;
    private final LocalQueue<Object> queue = new LocalQueue<>();

    /** The task woken last, which runs next: what woke it has just written what it will read. */
    private final AtomicReference<@Nullable Object> lifoSlot = new AtomicReference<>();

    private final WorkerCounters counters = new WorkerCounters();
    private final ArrayDeque<Fiber> idleFibers = new ArrayDeque<>();
    private final SplittableRandom random = new SplittableRandom();

    private int tick;
    private int lifoStreak;
    private boolean searching;
    private boolean inDriver;
    private @Nullable Object handedOver;
    private @Nullable Fiber takenBack;

    Worker(WorkStealingScheduler scheduler, int index, String name, @Nullable ClassLoader contextClassLoader) {
        super(null, null, name, 0, false);
        this.scheduler = scheduler;
        this.index = index;
        this.driver = scheduler.driver();
        this.idle = scheduler.idle();
        this.injection = scheduler.injection();
        this.parker = new Parker(this, driver);
        setContextClassLoader(contextClassLoader);
        setDaemon(true);
    }

    int index() {
        return index;
    }

    boolean belongsTo(WorkStealingScheduler other) {
        return scheduler == other;
    }

    @Override
    public void run() {
        for (Object next = awaitWork(); next != null; next = awaitWork()) {
            try {
                mount(next);
            } catch (Throwable bug) {
                LOG.log(Level.ERROR, "Worker " + getName() + " goes on after an error of its own", bug);
            }
        }
        endIdleFibers();
    }

    private void mount(Object next) {
        counters.runs.increment();
        Fiber fiber;
        if (next instanceof Fiber woken) {
            fiber = woken;
        } else {
            TaskCell<?> task = (TaskCell<?>) next;
            try {
                fiber = idleFibers.isEmpty() ? Fiber.start(scheduler) : idleFibers.removeLast();
            } catch (OutOfMemoryError noFiber) {
                task.failToStart(noFiber);
                return;
            }
            fiber.assign(task);
        }
        if (fiber.mount(this)) {
            // It has yielded, or was woken while it suspended.
            boolean alone = queue.isEmpty() && lifoSlot.getPlain() == null;
            pushBack(fiber);
            if (!alone) {
                scheduler.wakeOne();
            }
        }
    }

    /** Whether the fiber that has just been unmounted went idle; if so it is in the cache. */
    boolean hasTakenBack(Fiber fiber) {
        if (takenBack != fiber) {
            return false;
        }
        takenBack = null;
        idleFibers.addLast(fiber);
        return true;
    }

    /** Agrees to keep a fiber that has no task. Called on the fiber, which then yields. */
    boolean takeBack(Fiber fiber) {
        if (idleFibers.size() >= MAX_IDLE_FIBERS || scheduler.isStopping()) {
            return false;
        }
        takenBack = fiber;
        return true;
    }

    private void endIdleFibers() {
        // The runtime is stopping, so a fiber that finds no task and is not taken back ends.
        for (Fiber fiber = idleFibers.pollLast(); fiber != null; fiber = idleFibers.pollLast()) {
            if (fiber.mount(this)) {
                scheduler.runLate(fiber);
            }
        }
    }

    /** Returns a task for the calling fiber to run as a plain call, or {@code null} if it has to hand back. */
    @Nullable
    TaskCell<?> nextTaskInline() {
        if ((tick + 1) % EVENT_INTERVAL == 0) {
            return null;
        }
        Object next = pick();
        if (next instanceof TaskCell<?> task) {
            counters.runs.increment();
            return task;
        }
        handedOver = next;
        return null;
    }

    private @Nullable Object awaitWork() {
        for (; ; ) {
            Object next = handedOver;
            if (next != null) {
                handedOver = null;
                return next;
            }
            next = pick();
            if (tick % EVENT_INTERVAL == 0) {
                lookAtDriver();
            }
            if (next == null) {
                next = search();
            }
            if (next != null) {
                stopSearching();
                return next;
            }
            if (scheduler.isStopping()) {
                stopSearching();
                return null;
            }
            sleep();
        }
    }

    private void stopSearching() {
        if (searching) {
            searching = false;
            if (idle.stopSearching()) {
                scheduler.wakeOne();
            }
        }
    }

    private @Nullable Object pick() {
        tick++;
        Object next = null;
        if (tick % INJECTION_INTERVAL == 0) {
            next = takeInjected();
        }
        if (next == null) {
            next = takeLifo();
        }
        if (next == null) {
            next = queue.pop();
        }
        return next == null ? takeInjected() : next;
    }

    private @Nullable Object takeLifo() {
        if (lifoSlot.getPlain() == null) {
            lifoStreak = 0;
            return null;
        }
        Object next = lifoSlot.getAndSet(null);
        if (next != null && lifoStreak++ >= MAX_LIFO_STREAK) {
            lifoStreak = 0;
            if (!queue.isEmpty()) {
                pushBack(next);
                return null;
            }
        }
        return next;
    }

    private @Nullable Object takeInjected() {
        if (injection.isEmpty()) {
            return null;
        }
        int share = injection.size() / scheduler.workerCount() + 1;
        int room = Math.min(queue.remainingCapacity(), LocalQueue.CAPACITY / 2);
        return injection.take(Math.max(1, Math.min(share, room)), this::pushBack);
    }

    private void pushBack(Object element) {
        if (queue.push(element, injection::push)) {
            counters.overflows.increment();
        }
    }

    /** Queues a task that has become runnable, on this thread. */
    void schedule(Object element) {
        if (inDriver) {
            // Those who wake others from here on are told once, when the worker leaves the driver.
            pushBack(element);
            return;
        }
        Object previous = lifoSlot.getAndSet(element);
        if (previous != null) {
            pushBack(previous);
            scheduler.wakeOne();
        }
    }

    private @Nullable Object search() {
        if (!searching && !idle.startSearching()) {
            return null;
        }
        searching = true;
        Worker[] workers = scheduler.workerArray();
        int first = random.nextInt(workers.length);
        for (int i = 0; i < workers.length; i++) {
            Object stolen = stealFrom(workers[(first + i) % workers.length]);
            if (stolen != null) {
                return stolen;
            }
        }
        for (int i = 0; i < workers.length; i++) {
            Object stolen = stealLifoFrom(workers[(first + i) % workers.length]);
            if (stolen != null) {
                return stolen;
            }
        }
        return takeInjected();
    }

    private @Nullable Object stealFrom(Worker victim) {
        if (victim == this) {
            return null;
        }
        Object stolen = victim.queue.stealInto(queue);
        if (stolen != null) {
            counters.steals.increment();
            counters.stolenTasks.add(1 + queue.size());
        }
        return stolen;
    }

    private @Nullable Object stealLifoFrom(Worker victim) {
        if (victim == this || victim.lifoSlot.getPlain() == null) {
            return null;
        }
        Object stolen = victim.lifoSlot.getAndSet(null);
        if (stolen != null) {
            counters.steals.increment();
            counters.stolenTasks.increment();
        }
        return stolen;
    }

    private void lookAtDriver() {
        if (!driver.tryAcquire()) {
            return;
        }
        inDriver = true;
        try {
            driver.fireDueTimers();
        } finally {
            inDriver = false;
            driver.release();
        }
        if (queue.size() > 1) {
            scheduler.wakeOne();
        }
    }

    private void sleep() {
        if (hasLocalWork()) {
            return;
        }
        boolean lastSearcher = idle.goToSleep(index, searching);
        searching = false;
        if (lastSearcher) {
            scheduler.wakeOneIfWorkIsPending();
        }
        counters.parking();
        boolean droveLast;
        do {
            inDriver = true;
            droveLast = parker.park();
            inDriver = false;
        } while (idle.isAsleep(index) && !hasLocalWork() && !scheduler.isStopping());
        counters.unparked();
        searching = !idle.wakeSelf(index);
        if (hasLocalWork() && (droveLast || queue.size() > 1)) {
            // Somebody else takes the driver over before this worker runs a task, which may take its time.
            scheduler.wakeOne();
        }
    }

    private boolean hasLocalWork() {
        return !queue.isEmpty() || lifoSlot.getPlain() != null;
    }

    /** Whether there is something here that another worker could take. Callable from any thread. */
    boolean hasStealableWork() {
        return !queue.isEmpty();
    }

    void unpark() {
        parker.unpark();
    }

    WorkerMetrics metrics() {
        WorkerMetrics.State state = parker.isInDriver()
                ? WorkerMetrics.State.PARKED_IN_DRIVER
                : parker.isParked() ? WorkerMetrics.State.PARKED : WorkerMetrics.State.ACTIVE;
        return new WorkerMetrics(
                index,
                state,
                queue.size() + (lifoSlot.getOpaque() == null ? 0 : 1),
                counters.runs.getOpaque(),
                counters.parks.getOpaque(),
                counters.steals.getOpaque(),
                counters.stolenTasks.getOpaque(),
                counters.overflows.getOpaque(),
                Duration.ofNanos(counters.busyNanos()));
    }

    /** Takes whatever is left in the queue. Called by whoever stopped the runtime, once this thread has ended. */
    @Nullable
    Object takeLeftover() {
        Object left = lifoSlot.getAndSet(null);
        return left == null ? queue.pop() : left;
    }
}
