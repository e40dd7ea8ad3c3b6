package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.log.SafeLog;
import dev.heddle.runtime.internal.task.RuntimeHooks;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a thread needs to run tasks: a local queue, a LIFO slot, idle fibers and counters. One thread at a time drives it: a
 * {@link Worker} all its life, or in the current-thread flavour whoever waits for a task.
 *
 * <p>What is queued is either a {@link TaskCell} that has not begun or a {@link Fiber} that carries a suspended one. All
 * fields but the queue, the LIFO slot and the counters belong to the driving thread, which includes the fibers while they
 * are mounted on it.
 *
 * <p>No foreign code runs on the driving thread's own stack, and nothing here takes a lock that a fiber may hold while it
 * is suspended, or inherit: the fiber could need this very core to go on.
 *
 * <p>A fiber that has ended a task asks for the next one itself ({@link #nextTaskInline}) and calls it, without a switch.
 * It returns to the driving thread's own stack when the next thing is a fiber, since mounts do not nest, when there is
 * nothing to do, and when it is time to look at the driver.
 */
final class Core {

    /** Every so many ticks the driver is looked at, however much there is to do. */
    static final int EVENT_INTERVAL = 61;

    /** How many times in a row the LIFO slot may come before the queue, so that two tasks cannot starve the rest. */
    private static final int MAX_LIFO_STREAK = 3;

    private static final int MAX_IDLE_FIBERS = 256;

    /** How long an element is in a LIFO slot before a thief takes it; Kotlin's figure. */
    private static final long LIFO_AGE_NANOS = 100_000;

    /** How long a task may go on with operations that never suspend it while others wait. */
    private static final long TIME_SLICE_NANOS = 10_000_000;

    private final Shared shared;
    private final int index;
    /** {@code null} for a core that leaves the driver to the workers of its runtime. */
    private final @Nullable Driver driver;

    private final IdleWorkers idle;
    private final InjectionQueue<Object> injection;
    private final Parker parker;
    private final @Nullable SeededOrder seededOrder;
    private final LocalQueue<Object> queue = new LocalQueue<>();
    private final LifoSlot<Object> lifoSlot = new LifoSlot<>();
    private final WorkerCounters counters;
    private final ArrayDeque<Fiber> idleFibers = new ArrayDeque<>();
    private final Thief thief;
    private final Tuner tuner = new Tuner();

    private volatile @Nullable Thread driving;

    private BooleanSupplier until = () -> false;
    private long untilNanos = Long.MAX_VALUE;
    private int tick;
    private int ticksToInjection;
    private int lifoStreak;
    private boolean searching;
    private boolean inDriver;
    private boolean interrupted;
    private @Nullable Object handedOver;
    private @Nullable Fiber takenBack;
    private boolean ending;

    /** How often this core has looked at the driver. */
    private int driverLooks;

    private int tickAtDriverLook;
    private long nanosAtDriverLook;
    private int sliceTick = -1;
    private long sliceBegin;

    Core(Shared shared, int index, @Nullable SeededOrder seededOrder) {
        this(shared, index, seededOrder, new WorkerCounters());
    }

    Core(Shared shared, int index, @Nullable SeededOrder seededOrder, WorkerCounters counters) {
        this.shared = shared;
        this.index = index;
        this.counters = counters;
        this.seededOrder = seededOrder;
        this.driver = shared.driver();
        this.idle = shared.idle();
        this.injection = shared.injection();
        this.parker = new Parker(driver);
        this.thief = new Thief(this, shared, counters);
    }

    /** Returns the core that carries the calling thread, or {@code null}. To be asked again after anything that may suspend. */
    static @Nullable Core current() {
        if (Thread.currentThread() instanceof Worker worker) {
            return worker.core();
        }
        Fiber fiber = Fiber.current();
        return fiber == null ? null : fiber.core();
    }

    int index() {
        return index;
    }

    boolean belongsTo(Shared other) {
        return shared == other;
    }

    /** Returns whether some thread drives this core. */
    boolean isDriven() {
        return driving != null;
    }

    boolean isDrivenBy(Thread thread) {
        return driving == thread;
    }

    /**
     * Runs tasks on the calling platform thread. One thread at a time.
     *
     * @param condition when to return, however much there is to do; asked between two tasks
     * @param deadlineNanos when to return at the latest if nothing runs, in terms of {@link System#nanoTime()};
     *     {@link Long#MAX_VALUE} for never
     * @return whether it returned because the thread was interrupted while nothing ran; clears the interrupt
     */
    boolean drive(BooleanSupplier condition, long deadlineNanos) {
        until = condition;
        untilNanos = deadlineNanos;
        interrupted = false;
        parker.adopt(Thread.currentThread());
        driving = Thread.currentThread();
        nanosAtDriverLook = System.nanoTime();
        tickAtDriverLook = tick;
        while (runNext()) {
            // What was run must not be in a local variable here: it would be kept for as long as there is nothing to
            // do.
        }
        driving = null;
        return interrupted;
    }

    private boolean runNext() {
        try {
            Object next = awaitWork();
            if (next == null) {
                return false;
            }
            mount(next);
        } catch (Throwable bug) {
            goOnAfter(bug);
        }
        return true;
    }

    private static void goOnAfter(Throwable bug) {
        SafeLog.error(Core.class, "A core goes on after an error of its own", bug);
    }

    private void mount(Object next) {
        counters.runs.increment();
        Fiber fiber;
        if (next instanceof Fiber woken) {
            fiber = woken;
            if (fiber.hasYieldedSince(driverLooks)) {
                lookAtDriver();
            }
            RuntimeHooks hooks = shared.hooks();
            if (hooks != null) {
                fiber.tellResumed(hooks);
            }
        } else {
            TaskCell<?> task = (TaskCell<?>) next;
            try {
                fiber = idleFibers.isEmpty() ? Fiber.start(shared) : idleFibers.removeLast();
            } catch (OutOfMemoryError noFiber) {
                task.failToStart(noFiber);
                return;
            }
            fiber.assign(task);
        }
        if (fiber.mount(this)) {
            // It has yielded, or was woken while it suspended. Nobody is woken for it: if more than one waits already,
            // that has been announced; and behind a single one, in the LIFO slot, it gets its turn sooner than another
            // core would have got up, or the monitor sees to it.
            fiber.yieldedAt(driverLooks);
            try {
                pushBack(fiber);
            } catch (OutOfMemoryError noRoom) {
                handedOver = fiber;
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

    /** Agrees to keep a fiber that has no task. Called on the fiber, which then yields, or says that it {@link #cannotYield}. */
    boolean takeBack(Fiber fiber) {
        if (idleFibers.size() >= MAX_IDLE_FIBERS || ending || shared.isStopping()) {
            return false;
        }
        takenBack = fiber;
        return true;
    }

    /** Takes the agreement back. Called on the fiber. */
    void cannotYield() {
        takenBack = null;
    }

    /** Ends the fibers without a task. For the driving thread, when the core will not be driven again. */
    void endIdleFibers() {
        ending = true;
        for (Fiber fiber = idleFibers.pollLast(); fiber != null; fiber = idleFibers.pollLast()) {
            if (fiber.mount(this)) {
                shared.runLate(fiber);
            }
        }
    }

    /** Returns a task for the calling fiber to run as a plain call, or {@code null} if it has to hand back. */
    @Nullable
    TaskCell<?> nextTaskInline() {
        if ((tick + 1) % EVENT_INTERVAL == 0 || handedOver != null || until.getAsBoolean()) {
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

    /** Returns what to run next, or {@code null} when it is time to leave. */
    private @Nullable Object awaitWork() {
        while (!until.getAsBoolean()) {
            Object next = handedOver;
            if (next != null) {
                handedOver = null;
                stopSearching();
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
            if (shared.isStopping() || interrupted || isDeadlineOver()) {
                break;
            }
            if (shared.hooks() == null) {
                sleep();
            } else {
                sleepAndTell(shared.hooks());
            }
        }
        stopSearching();
        Object next = handedOver;
        if (next == null) {
            return null;
        }
        handedOver = null;
        return pushBackOrKeep(next);
    }

    private void stopSearching() {
        if (searching) {
            searching = false;
            if (idle.stopSearching()) {
                shared.wakeOneIfWorkIsPending();
            }
        }
    }

    private @Nullable Object pick() {
        tick++;
        if (seededOrder != null) {
            return pickSeeded(seededOrder);
        }
        Object next = null;
        if (--ticksToInjection <= 0) {
            ticksToInjection = tuner.injectionInterval();
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

    private @Nullable Object pickSeeded(SeededOrder order) {
        for (Object next = injection.take(1, this::pushBack); next != null; next = injection.take(1, this::pushBack)) {
            order.add(next);
        }
        for (Object next = queue.pop(); next != null; next = queue.pop()) {
            order.add(next);
        }
        Object last = lifoSlot.take();
        if (last != null) {
            order.add(last);
        }
        return order.draw();
    }

    private @Nullable Object takeLifo() {
        Object next = lifoSlot.take();
        if (next == null) {
            lifoStreak = 0;
        } else if (lifoStreak++ >= MAX_LIFO_STREAK) {
            lifoStreak = 0;
            if (!queue.isEmpty()) {
                return pushBackOrKeep(next);
            }
        }
        return next;
    }

    /** Queues an element; returns it, to be run at once, if there is no memory for that. */
    private @Nullable Object pushBackOrKeep(Object element) {
        try {
            pushBack(element);
            return null;
        } catch (OutOfMemoryError noRoom) {
            return element;
        }
    }

    private @Nullable Object takeInjected() {
        if (injection.isEmpty()) {
            return null;
        }
        int share = injection.size() / shared.cores().length + 1;
        int room = Math.min(queue.remainingCapacity(), LocalQueue.CAPACITY / 2);
        return injection.take(Math.max(1, Math.min(share, room)), this::pushBack);
    }

    private void pushBack(Object element) {
        if (queue.push(element, shared)) {
            counters.overflows.increment();
        }
    }

    /** Queues what has become runnable. For the driving thread and the fiber mounted on it. */
    void schedule(Object element) {
        if (inDriver) {
            // Those who wake others from here on are told once, when the core leaves the driver.
            pushBack(element);
            return;
        }
        Object previous = lifoSlot.put(element);
        if (previous != null) {
            try {
                pushBack(previous);
            } catch (OutOfMemoryError noRoom) {
                undoPut(element, previous);
                throw noRoom;
            }
            shared.wakeOne();
        }
    }

    /** Undoes the exchange of two elements in the LIFO slot, unless a thief has the new one already. */
    private void undoPut(Object element, Object previous) {
        if (lifoSlot.steal(element)) {
            lifoSlot.put(previous);
        } else {
            handedOver = previous;
        }
    }

    private @Nullable Object search() {
        if (!searching && !idle.startSearching()) {
            return null;
        }
        searching = true;
        Object next = thief.stealAtFirstSight();
        for (int watches = 0; next == null && watches < QueueSighting.MAX_WATCHES; watches++) {
            QueueSighting sighting = QueueSighting.of(shared.cores());
            if (sighting == null || !injection.isEmpty() || mayLeave()) {
                break;
            }
            sighting.watch(injection);
            lookAtDriver();
            next = queue.pop();
            if (next == null) {
                next = thief.steal(sighting);
            }
        }
        return next == null ? takeInjected() : next;
    }

    private void lookAtDriver() {
        driverLooks++;
        try {
            collectTimers();
            pollDriver();
        } catch (Throwable bug) {
            // What is about to run here must not be lost.
            goOnAfter(bug);
        }
        long now = System.nanoTime();
        tuner.sample(now - nanosAtDriverLook, tick - tickAtDriverLook);
        nanosAtDriverLook = now;
        tickAtDriverLook = tick;
    }

    private void pollDriver() {
        if (driver == null || !driver.tryAcquire()) {
            return;
        }
        inDriver = true;
        try {
            driver.poll();
        } finally {
            inDriver = false;
            driver.release();
        }
        if (queue.size() > 1) {
            shared.wakeOne();
        }
    }

    private void collectTimers() {
        if (driver != null) {
            driver.collectTimers(index);
        }
    }

    private void sleepAndTell(RuntimeHooks hooks) {
        // First, so that what a listener makes runnable here is seen before the core falls asleep.
        hooks.threadParking();
        sleep();
        hooks.threadUnparked();
    }

    private void sleep() {
        if (hasLocalWork()) {
            return;
        }
        boolean lastSearcher = idle.goToSleep(index, searching);
        searching = false;
        counters.parking();
        try {
            if (lastSearcher) {
                shared.wakeOneIfWorkIsPending();
            }
            collectTimers();
            sleepUntilWoken();
        } finally {
            inDriver = false;
            counters.unparked();
            nanosAtDriverLook = System.nanoTime();
            tickAtDriverLook = tick;
            searching = !idle.wakeSelf(index);
            shared.coreWoke();
        }
        if (handedOver != null) {
            counters.steals.increment();
            counters.stolenTasks.increment();
        }
        if (queue.size() > 1) {
            // Whoever is woken takes over the driver as well. For a single task it is not worth it: most are short, and
            // this core is back in the driver before another is awake. The monitor sees to the others.
            shared.wakeOne();
        }
    }

    private void sleepUntilWoken() {
        LifoSighting sighting = LifoSighting.of(shared.cores());
        do {
            long deadline = untilNanos;
            if (sighting != null) {
                deadline = Math.min(deadline, System.nanoTime() + LIFO_AGE_NANOS);
            }
            inDriver = true;
            parker.park(deadline);
            inDriver = false;
            interrupted = Thread.interrupted();
            if (sighting != null) {
                handedOver = sighting.steal();
                sighting = null;
            }
        } while (idle.isAsleep(index) && handedOver == null && !hasLocalWork() && !mayLeave());
    }

    private boolean mayLeave() {
        return interrupted || shared.isStopping() || until.getAsBoolean() || isDeadlineOver();
    }

    private boolean isDeadlineOver() {
        return untilNanos != Long.MAX_VALUE && untilNanos - System.nanoTime() <= 0;
    }

    /** Whether something waits here to be run. Callable from any thread. */
    boolean hasLocalWork() {
        return !queue.isEmpty() || !lifoSlot.isEmpty();
    }

    /** Whether there is something here that another core could take. Callable from any thread. */
    boolean hasStealableWork() {
        return !queue.isEmpty();
    }

    LocalQueue<Object> queue() {
        return queue;
    }

    LifoSlot<Object> lifoSlot() {
        return lifoSlot;
    }

    /** Returns how many times a task was started or resumed here. Callable from any thread. */
    long runs() {
        return counters.runs.getOpaque();
    }

    /** Returns whether the task on this core has gone on for more than its time slice. For that task. */
    boolean isTimeSliceOver() {
        long now = System.nanoTime();
        if (sliceTick != tick) {
            // The first question since the task was started or resumed.
            sliceTick = tick;
            sliceBegin = now;
        }
        return now - sliceBegin >= TIME_SLICE_NANOS;
    }

    /** Gives all work away and leaves for ever. For the driving thread, when others go on. */
    void leave() {
        collectTimers();
        for (Object left = takeLeftover(); left != null; left = takeLeftover()) {
            injection.push(left);
        }
        if (idle.leave(searching)) {
            shared.wakeOneIfWorkIsPending();
        }
        searching = false;
        shared.wakeOne();
        endIdleFibers();
        counters.left();
        shared.runLeftoversIfStopped();
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
                queue.size() + (lifoSlot.isEmpty() ? 0 : 1),
                counters.runs.getOpaque(),
                counters.parks.getOpaque(),
                counters.steals.getOpaque(),
                counters.stolenTasks.getOpaque(),
                counters.overflows.getOpaque(),
                Duration.ofNanos(counters.busyNanos()));
    }

    /** Takes whatever is left. For the driving thread, or anybody once there is none. */
    @Nullable
    Object takeLeftover() {
        Object left = lifoSlot.take();
        return left == null ? queue.pop() : left;
    }
}
