package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.port.TaskGroup;
import dev.heddle.runtime.internal.port.TaskPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are born and die in one block of code: none outlives it.
 *
 * <p>The owner opens a scope, spawns children, {@linkplain #join() joins} them and {@linkplain #close() closes} the scope,
 * best by a {@code try} statement. A {@link Policy} says when the outcome of the scope is decided. Once it is, the children
 * that still run are aborted. The close aborts whatever is left, for example because the block was left by an exception, and
 * waits for it.
 *
 * <p>A scope may have a deadline. It holds for the owner's join, for every child and for every scope that the owner or a child
 * opens meanwhile, unless that one has an earlier deadline. When it passes, the children are aborted, and the join throws.
 *
 * <p>The owner is the thread that opened the scope: only it may join and close, and it closes scopes in the reverse order of
 * their opening. Any thread may spawn. Of a current-thread runtime the owner should be a task: while an ordinary thread
 * joins or closes, some other has to run the tasks, by a {@code blockOn}.
 *
 * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="task-scope"}
 *
 * @param <T> the type of the children's results
 * @param <R> the type of the outcome
 */
public final class TaskScope<T extends @Nullable Object, R extends @Nullable Object> implements AutoCloseable {

    /** The innermost scope with a limit that the running code is in. Its deadline is the earliest of those around it. */
    private static final ThreadLocal<@Nullable TaskScope<?, ?>> LIMITED = new ThreadLocal<>();

    /** When a scope is over. Fixed with the first task whose clock there is to go by. */
    private record Deadline(long nanos, TaskPort clock) {

        long left() {
            return nanos - clock.nanoTime();
        }
    }

    private enum Kind {
        ALL,
        ANY,
        FIRST_SUCCESS
    }

    /**
     * When the outcome of a scope is decided, and what it is.
     *
     * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="policy"}
     *
     * @param <T> the type of the children's results
     * @param <R> the type of the outcome
     */
    @SuppressWarnings("UnusedTypeParameter") // they tie a scope's types to its policy
    public static final class Policy<T extends @Nullable Object, R extends @Nullable Object> {

        private final Kind kind;

        private Policy(Kind kind) {
            this.kind = kind;
        }

        /**
         * All children have to succeed. The outcome is the list of their results, in the order in which they were spawned;
         * the first failure, or abort of a child, decides otherwise.
         */
        public static <T extends @Nullable Object> Policy<T, List<T>> all() {
            return new Policy<>(Kind.ALL);
        }

        /** The first child to end decides, whether by its result or by its failure. */
        public static <T extends @Nullable Object> Policy<T, T> any() {
            return new Policy<>(Kind.ANY);
        }

        /**
         * The first child to succeed decides, and failures before that count for nothing. If all fail, the first failure is
         * the scope's, and the others are suppressed in it.
         */
        public static <T extends @Nullable Object> Policy<T, T> firstSuccess() {
            return new Policy<>(Kind.FIRST_SUCCESS);
        }
    }

    /** What ended the scope: a child, or else the deadline. */
    private record Decision(@Nullable JoinHandle<?> child) {}

    private final Spawner spawner;
    private final Kind kind;
    private final Thread owner = Thread.currentThread();
    private final TaskGroup<JoinHandle<T>> group = new TaskGroup<>(this::childEnded);
    private final Queue<JoinHandle<? extends T>> children = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Decision> decision = new AtomicReference<>();

    private final @Nullable Duration limit;
    private final @Nullable TaskScope<?, ?> outer = LIMITED.get();
    private volatile @Nullable Deadline deadline;
    private final AtomicReference<@Nullable Runnable> disarm = new AtomicReference<>();
    private volatile boolean joined;
    private boolean closed;

    private TaskScope(Spawner spawner, Policy<T, R> policy, @Nullable Duration limit) {
        this.spawner = spawner;
        this.kind = policy.kind;
        this.limit = limit;
        if (limit != null) {
            LIMITED.set(this);
        }
        TaskPort current = Ports.currentOrNull();
        if (current != null) {
            arm(current);
        }
    }

    /**
     * Opens a scope whose children may have results of any type and all have to succeed, in the runtime of the calling task.
     *
     * @throws IllegalStateException if the caller is not a task
     */
    public static TaskScope<@Nullable Object, List<@Nullable Object>> open() {
        return open(Policy.all());
    }

    /**
     * Opens a scope in the runtime of the calling task.
     *
     * @param policy when its outcome is decided
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T extends @Nullable Object, R extends @Nullable Object> TaskScope<T, R> open(Policy<T, R> policy) {
        return new TaskScope<>(Task.current().spawner(), policy, null);
    }

    /**
     * Opens a scope with a deadline in the runtime of the calling task.
     *
     * @param policy when its outcome is decided
     * @param limit the time from now to the deadline; zero or less is over at once
     * @throws IllegalStateException if the caller is not a task
     */
    public static <T extends @Nullable Object, R extends @Nullable Object> TaskScope<T, R> open(
            Policy<T, R> policy, Duration limit) {
        return new TaskScope<>(Task.current().spawner(), policy, limit);
    }

    /**
     * Opens a scope from any thread.
     *
     * @param spawner where the children are started
     * @param policy when its outcome is decided
     */
    public static <T extends @Nullable Object, R extends @Nullable Object> TaskScope<T, R> open(
            Spawner spawner, Policy<T, R> policy) {
        return new TaskScope<>(spawner, policy, null);
    }

    /**
     * Opens a scope with a deadline from any thread. A caller that is not a task has no clock that the deadline could go by,
     * so its time begins with the first child, of this scope or of one within.
     *
     * @param spawner where the children are started
     * @param policy when its outcome is decided
     * @param limit the time from now, or from the first child on, to the deadline; zero or less is over at once
     */
    public static <T extends @Nullable Object, R extends @Nullable Object> TaskScope<T, R> open(
            Spawner spawner, Policy<T, R> policy, Duration limit) {
        return new TaskScope<>(spawner, policy, limit);
    }

    /**
     * Returns the time that is left until the deadline which the calling code is under, zero if it has passed; empty if there
     * is none, or its time has not begun.
     */
    public static Optional<Duration> timeLeft() {
        TaskScope<?, ?> limited = LIMITED.get();
        Deadline deadline = limited == null ? null : limited.deadline;
        return deadline == null ? Optional.empty() : Optional.of(Duration.ofNanos(Math.max(0, deadline.left())));
    }

    /**
     * Decides how long the children have, and has them aborted when it is over. Has no effect the second time.
     *
     * @param clock a task whose clock to go by
     * @return the deadline, or {@code null} if there is none
     */
    private synchronized @Nullable Deadline arm(TaskPort clock) {
        Deadline until = deadline;
        if (until == null) {
            Deadline around = outer == null ? null : outer.arm(clock);
            until = limit == null ? around : earlier(around, limit, clock);
            if (until != null) {
                deadline = until;
                disarm.set(until.clock.schedule(until.nanos, this::expire));
            }
        }
        return until;
    }

    private static Deadline earlier(@Nullable Deadline around, Duration limit, TaskPort clock) {
        long nanos = limit.toSeconds() >= Long.MAX_VALUE / 2_000_000_000L ? Long.MAX_VALUE / 2 : limit.toNanos();
        Deadline own = new Deadline(clock.nanoTime() + nanos, clock);
        return around == null || own.nanos - around.nanos < 0 ? own : around;
    }

    private void expire() {
        decide(new Decision(null));
    }

    private void decide(Decision made) {
        if (decision.compareAndSet(null, made)) {
            group.abortAll();
        }
    }

    private void childEnded(JoinHandle<T> child) {
        TaskPort port = Ports.of(child);
        Throwable failure = port.failure();
        boolean succeeded = failure == null && !child.isCancelled();
        switch (kind) {
            case ALL -> {
                if (!succeeded) {
                    if (failure != null && isOver()) {
                        // A scope within the child is under this deadline too, and may have noticed it first.
                        keep(failure, port);
                        decide(new Decision(null));
                    } else {
                        decide(new Decision(child));
                    }
                }
            }
            case ANY -> decide(new Decision(child));
            case FIRST_SUCCESS -> {
                if (succeeded) {
                    decide(new Decision(child));
                } else if (failure != null) {
                    keep(failure, port);
                }
            }
        }
    }

    /** Notes a failure that is not the scope's, to be suppressed in the one that is. */
    private void keep(Throwable failure, TaskPort child) {
        child.observe();
        failures.add(failure);
    }

    private boolean isOver() {
        Deadline until = deadline;
        return until != null && until.left() <= 0;
    }

    /** Starts a child without a name; see {@link #spawn(TaskOptions, Callable)}. */
    public <U extends T> JoinHandle<U> spawn(Callable<U> body) {
        return spawn(TaskOptions.DEFAULT, body);
    }

    /**
     * Starts a child on the workers. If the outcome is decided already, it is aborted at once.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <U> the type of its result
     * @return its handle, from which its result can be had after the join
     * @throws RejectedExecutionException if the runtime no longer accepts tasks
     * @throws IllegalStateException if the scope is joined or closed
     */
    public <U extends T> JoinHandle<U> spawn(TaskOptions options, Callable<U> body) {
        checkOpen();
        return added(spawner.spawn(options, underDeadline(body)));
    }

    /** Starts a child on the blocking pool without a name; see {@link #spawn(TaskOptions, Callable)}. */
    public <U extends T> JoinHandle<U> spawnBlocking(Callable<U> body) {
        return spawnBlocking(TaskOptions.DEFAULT, body);
    }

    /**
     * Starts a child on the blocking pool. If the outcome is decided already, it is aborted at once.
     *
     * @param options its name and the like
     * @param body what to run
     * @param <U> the type of its result
     * @return its handle, from which its result can be had after the join
     * @throws RejectedExecutionException if the runtime no longer accepts tasks, or the pool's queue is bounded and full
     * @throws IllegalStateException if the scope is joined or closed
     */
    public <U extends T> JoinHandle<U> spawnBlocking(TaskOptions options, Callable<U> body) {
        checkOpen();
        return added(spawner.spawnBlocking(options, underDeadline(body)));
    }

    private void checkOpen() {
        if (joined) {
            throw new IllegalStateException("The scope is joined, and its outcome would not take another child in");
        }
        group.checkOpen();
    }

    @SuppressWarnings("unchecked") // a handle is only read from
    private <U extends T> JoinHandle<U> added(JoinHandle<U> child) {
        group.add((JoinHandle<T>) child);
        children.add(child);
        arm(Ports.of(child));
        if (decision.get() != null) {
            child.abort();
        }
        return child;
    }

    private <U extends @Nullable Object> Callable<U> underDeadline(Callable<U> body) {
        TaskScope<?, ?> limited = limit == null ? outer : this;
        if (limited == null) {
            return body;
        }
        return () -> {
            TaskPort self = Ports.currentOrNull();
            if (self != null) {
                arm(self);
            }
            LIMITED.set(limited);
            try {
                return body.call();
            } finally {
                LIMITED.remove();
            }
        };
    }

    /**
     * Waits until all children have ended, which they do early once the outcome is decided, and returns it. For the owner.
     * A second call returns or throws the same.
     *
     * <p>An interrupt of an owner that is a task ends the wait by a {@link CancellationException} and stays pending, as it
     * does for {@link JoinHandle#join()}; the children go on until the scope is closed. On an ordinary thread it does not end
     * the wait.
     *
     * @return the outcome
     * @throws CompletionException if the outcome is a failure; the cause is what the child's body threw, or a
     *     {@link TimeoutException} if the deadline has passed
     * @throws CancellationException if the outcome is that a child was aborted, or the owner was interrupted
     * @throws IllegalStateException if the caller is not the owner, the scope is closed, or the outcome would be that of a
     *     child and there was none
     */
    @SuppressWarnings("unchecked") // R follows from the kind
    public R join() {
        checkOwner("join");
        if (closed) {
            throw new IllegalStateException("The scope is closed");
        }
        group.awaitNoneAlive();
        joined = true;
        Decision made = decision.get();
        if (made != null) {
            if (made.child == null) {
                TimeoutException over = new TimeoutException("The deadline of the scope has passed");
                failures.forEach(over::addSuppressed);
                throw new CompletionException(over);
            }
            R outcome = (R) made.child.join();
            if (kind != Kind.ALL) {
                return outcome;
            }
        }
        return kind == Kind.ALL ? (R) results() : withoutSuccess();
    }

    private List<T> results() {
        List<T> results = new ArrayList<>();
        for (JoinHandle<? extends T> child : children) {
            results.add(child.join());
        }
        return results;
    }

    @SuppressWarnings("ReferenceEquality") // one exception cannot be suppressed in itself
    private R withoutSuccess() {
        Throwable first = failures.poll();
        if (first == null) {
            if (children.isEmpty()) {
                throw new IllegalStateException("The scope has no child that could have decided its outcome");
            }
            throw new CancellationException("Every child was aborted");
        }
        for (Throwable later = failures.poll(); later != null; later = failures.poll()) {
            if (later != first) {
                first.addSuppressed(later);
            }
        }
        failures.add(first);
        throw new CompletionException(first);
    }

    /**
     * Aborts the children that have not ended and waits for them. For the owner. The wait is not cut short by an interrupt,
     * which stays pending. Has no effect when it is done already.
     *
     * @throws IllegalStateException if the caller is not the owner
     */
    @Override
    public void close() {
        checkOwner("close");
        if (closed) {
            return;
        }
        closed = true;
        group.close();
        group.abortAll();
        group.awaitNoneAliveUninterruptibly();
        Runnable armed = disarm.get();
        if (armed != null) {
            armed.run();
        }
        if (limit != null) {
            restore(outer);
        }
    }

    private static void restore(@Nullable TaskScope<?, ?> outer) {
        if (outer == null) {
            LIMITED.remove();
        } else {
            LIMITED.set(outer);
        }
    }

    private void checkOwner(String what) {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("Only the thread that has opened the scope, '" + owner.getName() + "', may "
                    + what + " it, and this is '" + Thread.currentThread().getName() + "'");
        }
    }
}
