package dev.heddle.runtime;

import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Interval;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A runtime as a {@link ScheduledExecutorService}: what is scheduled is a task that sleeps first, so it is listed, aborted
 * and drained like all others.
 *
 * <p>A task enters {@link #live} before its handle exists and leaves it when it has ended, whether or not its body began. The
 * view has terminated when it is shut down and the set is empty; whoever makes either true looks at both.
 */
final class ScheduledTasks extends AbstractExecutorService implements ScheduledExecutorService {

    private static final TaskOptions DETACHED = TaskOptions.DEFAULT.asDetached();
    private static final Duration FAR = Duration.ofDays(365 * 1_000L);

    private final AsyncRuntime runtime;
    private final Lifecycle lifecycle;
    private final Set<Scheduled<?>> live = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextNumber = new AtomicLong();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile boolean shutdown;

    ScheduledTasks(AsyncRuntime runtime, Lifecycle lifecycle) {
        this.runtime = runtime;
        this.lifecycle = lifecycle;
    }

    @Override
    public void execute(Runnable command) {
        Scheduled<Object> task = new Scheduled<>(command, Duration.ZERO, false);
        start(task, DETACHED, () -> task.call(Executors.callable(command)));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(command, Executors.callable(command), duration(delay, unit));
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return schedule(callable, callable, duration(delay, unit));
    }

    private <V extends @Nullable Object> ScheduledFuture<V> schedule(
            Object command, Callable<V> callable, Duration wait) {
        Scheduled<V> task = new Scheduled<>(command, wait, false);
        return start(task, TaskOptions.DEFAULT, () -> {
            Time.sleep(wait);
            return task.call(callable);
        });
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        Duration wait = duration(initialDelay, unit);
        Duration between = positive(period, unit);
        Callable<Object> call = Executors.callable(command);
        Scheduled<Object> task = new Scheduled<>(command, wait, true);
        return start(task, TaskOptions.DEFAULT, () -> {
            Interval interval = Time.interval(between);
            interval.resetAfter(wait);
            for (; ; ) {
                interval.tick();
                task.due(between);
                task.call(call);
            }
        });
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        Duration wait = duration(initialDelay, unit);
        Duration between = positive(delay, unit);
        Callable<Object> call = Executors.callable(command);
        Scheduled<Object> task = new Scheduled<>(command, wait, true);
        return start(task, TaskOptions.DEFAULT, () -> {
            Time.sleep(wait);
            for (; ; ) {
                task.call(call);
                task.due(between);
                Time.sleep(between);
            }
        });
    }

    private static Duration duration(long amount, TimeUnit unit) {
        return Duration.ofNanos(unit.toNanos(amount));
    }

    private static Duration positive(long amount, TimeUnit unit) {
        if (amount <= 0) {
            throw new IllegalArgumentException(
                    "The time between two runs must be positive, and it is " + amount + " " + unit);
        }
        return duration(amount, unit);
    }

    private <V extends @Nullable Object> Scheduled<V> start(Scheduled<V> task, TaskOptions options, Callable<V> body) {
        live.add(task);
        try {
            if (shutdown) {
                throw new RejectedExecutionException("This view of runtime '" + runtime.name() + "' is shut down");
            }
            TaskCell<V> spawned = lifecycle.spawn(runtime.asyncTask(options, body));
            task.handle.complete(spawned);
            spawned.whenEnded(() -> over(task));
        } catch (RuntimeException | Error notStarted) {
            over(task);
            throw notStarted;
        }
        return task;
    }

    private void over(Scheduled<?> task) {
        live.remove(task);
        terminateIfOver();
    }

    @Override
    public void shutdown() {
        shutdown = true;
        for (Scheduled<?> task : live) {
            if (task.periodic) {
                task.cancel(false);
            }
        }
        terminateIfOver();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> unbegun = new ArrayList<>();
        for (Scheduled<?> task : live) {
            if (task.cancel(true) && !task.begun && task.command instanceof Runnable runnable) {
                unbegun.add(runnable);
            }
        }
        terminateIfOver();
        return unbegun;
    }

    private void terminateIfOver() {
        if (shutdown && live.isEmpty()) {
            terminated.countDown();
        }
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return terminated.await(timeout, unit);
    }

    /**
     * A scheduled task and its future. A cancel that may not interrupt lets a run of the command end: the task sets
     * {@link #running} and then reads {@link #cancelled}; who cancels sets that and then reads {@code running}. Both are
     * volatile, so the task stops by itself or is aborted.
     */
    private final class Scheduled<V extends @Nullable Object> implements ScheduledFuture<V> {

        private final boolean periodic;
        private final long number = nextNumber.getAndIncrement();
        private final Object command;

        /** The time of day in milliseconds at which the command runs next. */
        private volatile long dueAt;

        private volatile boolean begun;
        private volatile boolean running;
        private volatile boolean cancelled;
        private final CompletableFuture<JoinHandle<V>> handle = new CompletableFuture<>();

        Scheduled(Object command, Duration wait, boolean periodic) {
            this.command = command;
            this.periodic = periodic;
            due(wait);
        }

        void due(Duration wait) {
            long millis = wait.compareTo(FAR) > 0 ? FAR.toMillis() : wait.toMillis();
            dueAt = runtime.clock().millis() + millis;
        }

        /** Runs the command once. */
        <R extends @Nullable Object> R call(Callable<R> call) throws Exception {
            running = true;
            stopIfCancelled();
            begun = true;
            R result = call.call();
            running = false;
            if (periodic) {
                stopIfCancelled();
            }
            return result;
        }

        private void stopIfCancelled() {
            if (cancelled) {
                handle.join().abort();
                throw new CancellationException("The scheduled task was cancelled");
            }
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            cancelled = true;
            if (!handle.isDone()) {
                return true;
            }
            if (running && !mayInterruptIfRunning) {
                return periodic && !isDone();
            }
            return handle.join().abort();
        }

        @Override
        public boolean isCancelled() {
            return handle.isDone() && handle.join().isCancelled();
        }

        @Override
        public boolean isDone() {
            return handle.isCompletedExceptionally()
                    || (handle.isDone() && handle.join().isDone());
        }

        @Override
        public V get() throws InterruptedException, ExecutionException {
            return handle.join().get();
        }

        @Override
        public V get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            return handle.join().get(timeout, unit);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueAt - runtime.clock().millis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            if (other instanceof ScheduledTasks.Scheduled<?> scheduled) {
                int order = Long.compare(dueAt, scheduled.dueAt);
                return order == 0 ? Long.compare(number, scheduled.number) : order;
            }
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
