package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.loom.SpinLock;
import dev.heddle.runtime.task.JoinHandle;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several things, and does what belongs to it: an element to receive, room to send one, the end of a
 * task, a notification, a changed or a broadcast value, a socket that is ready, time that has passed.
 *
 * {@snippet class="dev.heddle.runtime.examples.SelectExample" region="select"}
 *
 * <p>Exactly one branch is taken, and the others have then had no effect: no element was received or sent by them, no
 * notification used up, no receiver moved on, no byte read and no connection accepted. If several are ready, one is taken
 * beginning from a random one, so that a branch which is always ready does not starve the rest; {@link #biased()} makes a
 * select that prefers those added first. Time that has passed counts when nothing else is ready.
 *
 * <p>A select may be awaited again and again: in a loop, make it once before. It is for one thread at a time, which may be a
 * task or an ordinary thread; the things it waits for are used by anybody.
 *
 * @param <R> the type of what the branches return
 */
public final class Select<R extends @Nullable Object> {

    private static final int AGAIN = Integer.MAX_VALUE;

    private final boolean biased;
    private final List<Branch<R>> branches = new ArrayList<>();

    /** Of the channels of all branches, each once. */
    private final List<SpinLock> locks = new ArrayList<>();

    private Select(boolean biased) {
        this.biased = biased;
    }

    /**
     * What a branch does with what it got.
     *
     * @param <T> the type of what it got
     * @param <R> the type of what it returns
     */
    @FunctionalInterface
    public interface Handler<T extends @Nullable Object, R extends @Nullable Object> {

        /**
         * Does it. Called on the thread that waits, which holds nothing then, so this may wait in turn.
         *
         * @param value what the branch got
         * @return what the select returns
         * @throws InterruptedException if a wait in it is interrupted
         */
        R handle(T value) throws InterruptedException;
    }

    /** What a select has committed to, and not done yet. */
    private record Taken<R extends @Nullable Object>(Branch<R> branch, Object what) {}

    /**
     * Returns a select without branches that begins each time with a random one.
     *
     * @param <R> the type of what the branches return
     */
    public static <R extends @Nullable Object> Select<R> of() {
        return new Select<>(false);
    }

    /**
     * Returns a select without branches that takes the first added of those that are ready.
     *
     * @param <R> the type of what the branches return
     */
    public static <R extends @Nullable Object> Select<R> biased() {
        return new Select<>(true);
    }

    /**
     * Adds a branch that receives from a channel. At the end of the channel the branch is never taken, but if the channel
     * was closed with a cause, it is, and {@link #await()} throws the {@link ClosedException}.
     *
     * @param channel where from
     * @param handler what to do with the element
     * @param <T> the type of the element
     * @return this
     */
    @SuppressWarnings("NullAway") // the end is not given to the handler
    public <T> Select<R> onReceive(Channel<T> channel, Handler<? super T, ? extends R> handler) {
        return add(new Branch.OfChannel<T, R>(channel, null, false, element -> handler.handle(element)));
    }

    /**
     * Adds a branch that receives from a channel as {@link Channel#receive()} does: at the end of the channel it is ready, and
     * the handler gets {@code null}.
     *
     * @param channel where from
     * @param handler what to do with the element, or the end
     * @param <T> the type of the element
     * @return this
     */
    public <T> Select<R> onReceiveOrEnd(Channel<T> channel, Handler<? super @Nullable T, ? extends R> handler) {
        return add(new Branch.OfChannel<T, R>(channel, null, true, handler));
    }

    /**
     * Adds a branch that sends to a channel. When the channel is closed, it is ready, and {@link #await()} throws the
     * {@link ClosedException}.
     *
     * @param channel where to
     * @param element what to send
     * @param handler what to do once it is sent
     * @param <T> the type of the element
     * @return this
     */
    public <T> Select<R> onSend(Channel<T> channel, T element, Supplier<? extends R> handler) {
        Objects.requireNonNull(element, "element");
        return add(new Branch.OfChannel<T, R>(channel, element, false, sent -> handler.get()));
    }

    /**
     * Adds a branch that waits for a task to end. If the task failed or was aborted, {@link #await()} throws as
     * {@link JoinHandle#join()} does. A branch that is not taken does not count as observing a failure.
     *
     * @param handle the task's
     * @param handler what to do with its result
     * @param <T> the type of the result
     * @return this
     * @throws IllegalArgumentException if the handle is not one that a runtime has made
     */
    public <T extends @Nullable Object> Select<R> onJoin(
            JoinHandle<T> handle, Handler<? super T, ? extends R> handler) {
        return add(new Branch.OfJoin<T, R>(handle, handler));
    }

    /**
     * Adds a branch that waits to be notified.
     *
     * @param notify by what
     * @param handler what to do then
     * @return this
     */
    public Select<R> onNotify(Notify notify, Supplier<? extends R> handler) {
        return add(new Branch.OfNotify<R>(notify, handler));
    }

    /**
     * Adds a branch that waits for a value that a receiver has not seen. When the watch is closed and the receiver has seen its
     * last value, the branch is never taken.
     *
     * @param receiver the receiver, which sees the value if the branch is taken
     * @param handler what to do with the value
     * @param <T> the type of the value
     * @return this
     */
    public <T> Select<R> onChange(Watch.Receiver<T> receiver, Handler<? super T, ? extends R> handler) {
        return add(new Branch.OfWatch<T, R>(receiver, handler));
    }

    /**
     * Adds a branch that receives from a broadcast, or is told that values were missed. At the end of the broadcast it is
     * never taken. When the receiver is closed, it is ready, and {@link #await()} throws the {@link ClosedException}.
     *
     * @param receiver the receiver, which moves on if the branch is taken
     * @param handler what to do with the next value
     * @param lagged what to do instead, with the number of values that were replaced before this receiver got to them, as a
     *     {@link LaggedException} tells it; the next value is then the oldest one retained
     * @param <T> the type of the values
     * @return this
     */
    public <T> Select<R> onReceive(
            Broadcast.Receiver<T> receiver,
            Handler<? super T, ? extends R> handler,
            Handler<? super Long, ? extends R> lagged) {
        return add(new Branch.OfBroadcast<T, R>(receiver, handler, lagged));
    }

    /**
     * Adds a branch that waits for something of another library, such as a socket. When it is closed or lost, the branch is
     * ready, and {@link #await()} throws the {@link java.io.IOException} in an {@link java.io.UncheckedIOException}.
     *
     * @param source what there is to wait for
     * @param handler what to do with what was taken from it
     * @param <T> the type of what is taken
     * @return this
     */
    public <T> Select<R> onReady(Selectable<T> source, Handler<? super T, ? extends R> handler) {
        return add(new Branch.OfSelectable<T, R>(source, handler));
    }

    /**
     * Adds a branch that is taken when nothing else was for a time, which begins anew with each wait.
     *
     * @param limit how long; zero or less is over at once
     * @param handler what to do then
     * @return this
     */
    public Select<R> onTimeout(Duration limit, Supplier<? extends R> handler) {
        Objects.requireNonNull(limit, "limit");
        return add(new Branch.OfTime<R>(() -> limit, handler));
    }

    /**
     * Adds a branch that is taken when nothing else was until a point in time, the same for each wait.
     *
     * @param deadline until when, by the system's clock
     * @param handler what to do then
     * @return this
     */
    public Select<R> onDeadline(Instant deadline, Supplier<? extends R> handler) {
        Objects.requireNonNull(deadline, "deadline");
        return add(new Branch.OfTime<R>(() -> Duration.between(Instant.now(), deadline), handler));
    }

    private Select<R> add(Branch<R> branch) {
        branches.add(branch);
        Channel<?> channel = branch.channel();
        if (channel != null && locks.stream().noneMatch(known -> known == channel.lock())) {
            locks.add(channel.lock());
        }
        return this;
    }

    /**
     * Waits until a branch can be taken, takes it and runs its handler on the calling thread.
     *
     * @return what the handler returned
     * @throws ClosedException if no branch can ever be taken, or the one taken found its channel closed
     * @throws IllegalStateException if there are no branches
     * @throws InterruptedException if the caller is interrupted before or while it waits, and then no branch was taken; or if
     *     the handler throws it
     */
    public R await() throws InterruptedException {
        Taken<R> taken = take();
        return taken.branch.run(taken.what);
    }

    /**
     * Takes a branch if one is ready now, and runs its handler on the calling thread.
     *
     * @param otherwise what to return the result of if none is
     * @return what the handler returned, or the result of {@code otherwise}
     * @throws ClosedException if no branch can ever be taken, or the one taken found its channel closed
     * @throws IllegalStateException if there are no branches
     * @throws InterruptedException if the handler throws it
     */
    public R pollOrElse(Supplier<? extends R> otherwise) throws InterruptedException {
        Taken<R> taken = poll(firstBranch(), new BitSet());
        if (taken == null) {
            return otherwise.get();
        }
        CurrentTask.consumeBudget();
        return taken.branch.run(taken.what);
    }

    private int firstBranch() {
        if (branches.isEmpty()) {
            throw new IllegalStateException("A select needs a branch");
        }
        return biased ? 0 : ThreadLocalRandom.current().nextInt(branches.size());
    }

    private Taken<R> take() throws InterruptedException {
        Waits.throwIfInterrupted();
        int first = firstBranch();
        BitSet ended = new BitSet();
        Taken<R> taken = poll(first, ended);
        if (taken != null) {
            CurrentTask.consumeBudget();
            return taken;
        }
        int timed = earliest();
        Duration time = timed < 0 ? null : branches.get(timed).timeLeft();
        TimeLimit limit = time == null ? TimeLimit.NONE : TimeLimit.startNow(time);
        try {
            while (taken == null) {
                taken = awaitFirst(first, ended, timed, limit);
                if (taken == null) {
                    taken = poll(first, ended);
                }
                if (taken == null) {
                    taken = afterNothing(timed, limit);
                }
            }
            return taken;
        } finally {
            limit.end();
        }
    }

    /**
     * Goes on after a wait that ended for nothing: something may tell of itself at once each time, and nobody has waited then.
     * Nothing is claimed here, so an interrupt loses nothing.
     *
     * @return the branch whose time is over, or {@code null}
     */
    private @Nullable Taken<R> afterNothing(int timed, TimeLimit limit) throws InterruptedException {
        Waits.throwIfInterrupted();
        CurrentTask.consumeBudget();
        if (!limit.isOver()) {
            return null;
        }
        Branch<R> late = branches.get(timed);
        return new Taken<>(late, late);
    }

    /** Returns which branch's time is over first, or -1 if there is none of the kind. */
    private int earliest() {
        int earliest = -1;
        Duration least = null;
        for (int i = 0; i < branches.size(); i++) {
            Duration left = branches.get(i).timeLeft();
            if (left != null && (least == null || left.compareTo(least) < 0)) {
                earliest = i;
                least = left;
            }
        }
        return earliest;
    }

    private int nth(int first, int n) {
        return (first + n) % branches.size();
    }

    /**
     * Takes a branch if one is ready.
     *
     * @param ended set to the branches that never will be
     */
    private @Nullable Taken<R> poll(int first, BitSet ended) {
        Selection selection = new Selection();
        ended.clear();
        Taken<R> timeOver = null;
        for (int i = 0; i < branches.size(); i++) {
            int index = nth(first, i);
            Branch<R> branch = branches.get(index);
            Object what = branch.poll(selection);
            if (what == Channel.Absence.END) {
                ended.set(index);
            } else if (branch instanceof Branch.OfTime && what != Channel.Absence.NOTHING_YET) {
                timeOver = new Taken<>(branch, what);
            } else if (what != Channel.Absence.NOTHING_YET) {
                return new Taken<>(branch, what);
            }
        }
        if (ended.cardinality() == branches.size()) {
            throw new ClosedException("Every branch of the select has come to its end", null);
        }
        return timeOver;
    }

    /** Waits for a branch to be taken; returns {@code null} if the branches have to be looked at again. */
    private @Nullable Taken<R> awaitFirst(int first, BitSet ended, int timed, TimeLimit limit)
            throws InterruptedException {
        Selection selection = new Selection();
        Waiter[] waiters = new Waiter[branches.size()];
        for (int i = 0; i < waiters.length; i++) {
            waiters[i] = new Waiter(branches.get(i).item(), selection, i);
        }
        Taken<R> taken = enqueueAtChannels(first, ended, selection, waiters);
        if (taken != null) {
            WaitQueue.unpark(selection.counterpart);
            return taken;
        }
        try {
            // From here on others may claim the selection.
            for (int i = 0; i < waiters.length && selection.get() == Selection.NONE; i++) {
                if (branches.get(i).channel() == null && !ended.get(i)) {
                    branches.get(i).enqueue(waiters[i]);
                }
            }
            awaitClaim(selection, timed, limit);
        } finally {
            selection.claim(Selection.GIVEN_UP);
            for (int i = 0; i < waiters.length; i++) {
                branches.get(i).dequeue(waiters[i]);
            }
        }
        int index = selection.get();
        if (index == AGAIN) {
            return null;
        }
        Branch<R> branch = branches.get(index);
        Object what = branch.taken(waiters[index]);
        return what == Channel.Absence.NOTHING_YET ? null : new Taken<>(branch, what);
    }

    /**
     * Takes a branch that sends or receives if one can; if not, has all of them wait. All channels are locked at once: the
     * two sides of a rendezvous may both be selects, and while this one is in no queue, only the other has to be claimed.
     */
    private @Nullable Taken<R> enqueueAtChannels(int first, BitSet ended, Selection selection, Waiter[] waiters) {
        lockAll();
        try {
            for (int i = 0; i < waiters.length; i++) {
                int index = nth(first, i);
                if (branches.get(index) instanceof Branch.OfChannel<?, R> branch && !ended.get(index)) {
                    Object what = branch.attempt(selection);
                    if (what == Channel.Absence.END) {
                        // Closed since the caller looked, and perhaps the last branch that was open.
                        selection.claim(AGAIN);
                    } else if (what != Channel.Absence.NOTHING_YET) {
                        return new Taken<>(branch, what);
                    }
                }
            }
            for (int i = 0; i < waiters.length; i++) {
                if (branches.get(i).channel() != null && !ended.get(i)) {
                    branches.get(i).enqueue(waiters[i]);
                }
            }
            return null;
        } finally {
            locks.forEach(SpinLock::unlock);
        }
    }

    /** Takes all locks, in no order: who cannot have one releases the others, and begins with that one. */
    private void lockAll() {
        for (int first = 0; first >= 0 && !locks.isEmpty(); ) {
            locks.get(first).lock();
            first = tryOthers(first);
        }
    }

    /** Returns which lock was taken by somebody else, or -1 if all are the caller's now. */
    private int tryOthers(int first) {
        for (int i = 0; i < locks.size(); i++) {
            if (i != first && !locks.get(i).tryLock()) {
                for (int k = 0; k < i; k++) {
                    if (k != first) {
                        locks.get(k).unlock();
                    }
                }
                locks.get(first).unlock();
                return i;
            }
        }
        return -1;
    }

    private void awaitClaim(Selection selection, int timed, TimeLimit limit) throws InterruptedException {
        while (selection.get() == Selection.NONE) {
            if (limit.isOver()) {
                selection.claim(timed);
                return;
            }
            limit.park(this);
            if (selection.get() == Selection.NONE && Thread.interrupted()) {
                if (selection.claim(Selection.GIVEN_UP)) {
                    throw new InterruptedException("interrupted while it waited");
                }
                Thread.currentThread().interrupt();
            }
        }
    }
}
