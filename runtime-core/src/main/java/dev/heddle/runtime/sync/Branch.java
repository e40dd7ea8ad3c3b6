package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.Ending;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one branch of a {@link Select} waits for, and what it then does. Immutable: what a single wait needs is in its
 * {@link Selection} and {@link Waiter}s. What a branch has taken is an object that goes from {@link #poll} or
 * {@link #taken} to {@link #run}.
 */
abstract class Branch<R extends @Nullable Object> {

    /** Takes the branch if that is possible now; else returns a {@link Channel.Absence}. */
    abstract Object poll(Selection selection);

    /**
     * Has the branch wait. Claims the selection for it if it is ready meanwhile, but for one with a {@link #channel}, whose
     * lock the caller holds and which is not ready.
     */
    abstract void enqueue(Waiter waiter);

    /** Has it wait no longer. When this returns, whoever has claimed the selection for it has settled the waiter. */
    abstract void dequeue(Waiter waiter);

    /** Returns what was taken by a claim of the selection for this branch; to be called after {@link #dequeue}. */
    abstract Object taken(Waiter waiter);

    /** Does what the branch is for. */
    abstract R run(Object taken) throws InterruptedException;

    /** What a waiter of this branch begins with. */
    @Nullable
    Object item() {
        return null;
    }

    /** The channel, if it is one that this branch waits at. */
    @Nullable
    Channel<?> channel() {
        return null;
    }

    /** How long it lasts from now until the branch is taken, if it is time that it waits for. */
    @Nullable
    Duration timeLeft() {
        return null;
    }

    /** Sends to a channel, or receives from one. */
    static final class OfChannel<T, R extends @Nullable Object> extends Branch<R> {

        private final Channel<T> channel;
        private final @Nullable T element;
        private final boolean endCounts;
        private final Select.Handler<? super @Nullable T, ? extends R> handler;

        /**
         * Makes a branch that sends an element, or receives if there is none.
         *
         * @param endCounts whether a receiver takes the end of the channel for an element
         */
        OfChannel(
                Channel<T> channel,
                @Nullable T element,
                boolean endCounts,
                Select.Handler<? super @Nullable T, ? extends R> handler) {
            this.channel = channel;
            this.element = element;
            this.endCounts = endCounts;
            this.handler = handler;
        }

        @Override
        Object poll(Selection selection) {
            Object taken;
            channel.lock().lock();
            try {
                taken = attempt(selection);
            } finally {
                channel.lock().unlock();
            }
            WaitQueue.unpark(selection.counterpart);
            return taken;
        }

        /** The same for the holder of the channel's lock, who then unparks whom the selection names. */
        Object attempt(Selection selection) {
            Object taken = channel.attempt(element, selection);
            return taken == Channel.Absence.END && endCounts ? this : taken;
        }

        @Override
        void enqueue(Waiter waiter) {
            channel.enqueue(waiter);
        }

        @Override
        void dequeue(Waiter waiter) {
            channel.dequeue(waiter, element != null);
        }

        @Override
        Object taken(Waiter waiter) {
            Object item = waiter.item;
            // A closed channel has to be looked at again, to see what that means for this branch.
            return waiter.state() == Waiter.State.CLOSED || item == null ? Channel.Absence.NOTHING_YET : item;
        }

        @Override
        @SuppressWarnings({"unchecked", "ReferenceEquality", "NullAway"
        }) // what was sent; a marker; null where the end counts
        R run(Object taken) throws InterruptedException {
            if (taken == Channel.Absence.FAILED) {
                throw channel.closedException();
            }
            return handler.handle(taken == this ? null : (T) taken);
        }

        @Override
        @Nullable
        Object item() {
            return element;
        }

        @Override
        Channel<T> channel() {
            return channel;
        }
    }

    /** Waits for a notification. */
    static final class OfNotify<R extends @Nullable Object> extends Branch<R> {

        private final Notify notify;
        private final Supplier<? extends R> handler;

        OfNotify(Notify notify, Supplier<? extends R> handler) {
            this.notify = notify;
            this.handler = handler;
        }

        @Override
        Object poll(Selection selection) {
            return notify.takePermit() ? this : Channel.Absence.NOTHING_YET;
        }

        @Override
        void enqueue(Waiter waiter) {
            notify.enqueue(waiter);
        }

        @Override
        void dequeue(Waiter waiter) {
            notify.dequeue(waiter);
        }

        @Override
        Object taken(Waiter waiter) {
            return this;
        }

        @Override
        R run(Object taken) {
            return handler.get();
        }
    }

    /** Waits for a change of a watched value. */
    static final class OfWatch<T, R extends @Nullable Object> extends Branch<R> {

        private final Watch.Receiver<T> receiver;
        private final Select.Handler<? super T, ? extends R> handler;

        OfWatch(Watch.Receiver<T> receiver, Select.Handler<? super T, ? extends R> handler) {
            this.receiver = receiver;
            this.handler = handler;
        }

        @Override
        Object poll(Selection selection) {
            T value = receiver.pollChanged();
            if (value != null) {
                return value;
            }
            return receiver.isAtEnd() ? Channel.Absence.END : Channel.Absence.NOTHING_YET;
        }

        @Override
        void enqueue(Waiter waiter) {
            receiver.enqueue(waiter);
        }

        @Override
        void dequeue(Waiter waiter) {
            receiver.dequeue(waiter);
        }

        @Override
        Object taken(Waiter waiter) {
            T value = receiver.pollChanged();
            return value == null ? Channel.Absence.NOTHING_YET : value;
        }

        @Override
        @SuppressWarnings("unchecked") // what was published
        R run(Object taken) throws InterruptedException {
            return handler.handle((T) taken);
        }
    }

    /** Receives from a broadcast, or is told of a lag. */
    static final class OfBroadcast<T, R extends @Nullable Object> extends Branch<R> {

        private final Broadcast.Receiver<T> receiver;
        private final Select.Handler<? super T, ? extends R> handler;
        private final Select.Handler<? super Long, ? extends R> lagged;

        OfBroadcast(
                Broadcast.Receiver<T> receiver,
                Select.Handler<? super T, ? extends R> handler,
                Select.Handler<? super Long, ? extends R> lagged) {
            this.receiver = receiver;
            this.handler = handler;
            this.lagged = lagged;
        }

        @Override
        Object poll(Selection selection) {
            return receiver.take(null);
        }

        @Override
        void enqueue(Waiter waiter) {
            receiver.enqueue(waiter);
        }

        @Override
        void dequeue(Waiter waiter) {
            receiver.dequeue(waiter);
        }

        @Override
        Object taken(Waiter waiter) {
            Object taken = receiver.take(null);
            // An end is no outcome of this branch: the select looks whether others are left.
            return taken == Channel.Absence.END ? Channel.Absence.NOTHING_YET : taken;
        }

        @Override
        @SuppressWarnings("unchecked") // what was sent
        R run(Object taken) throws InterruptedException {
            if (taken == Channel.Absence.FAILED) {
                throw receiver.closedException();
            }
            return taken instanceof Broadcast.Lag lag ? lagged.handle(lag.missed()) : handler.handle((T) taken);
        }
    }

    /** Waits for the end of a task. */
    static final class OfJoin<T extends @Nullable Object, R extends @Nullable Object> extends Branch<R> {

        private final JoinHandle<T> handle;
        private final Ending ending;
        private final Select.Handler<? super T, ? extends R> handler;

        OfJoin(JoinHandle<T> handle, Select.Handler<? super T, ? extends R> handler) {
            if (!(handle instanceof Ending known)) {
                throw new IllegalArgumentException("Only tasks of a runtime can be waited for, and not " + handle);
            }
            this.handle = handle;
            this.ending = known;
            this.handler = handler;
        }

        @Override
        Object poll(Selection selection) {
            return handle.isFinished() ? this : Channel.Absence.NOTHING_YET;
        }

        @Override
        void enqueue(Waiter waiter) {
            Runnable listener = () -> {
                if (waiter.claim()) {
                    waiter.settle(Waiter.State.DONE);
                    LockSupport.unpark(waiter.thread);
                }
            };
            waiter.item = listener;
            ending.whenEnded(listener);
        }

        @Override
        void dequeue(Waiter waiter) {
            if (waiter.item instanceof Runnable listener) {
                ending.forget(listener);
            }
        }

        @Override
        Object taken(Waiter waiter) {
            return this;
        }

        @Override
        R run(Object taken) throws InterruptedException {
            return handler.handle(handle.join());
        }
    }

    /** Waits for something that is not of this package. */
    static final class OfSelectable<T, R extends @Nullable Object> extends Branch<R> {

        private final Selectable<T> source;
        private final Select.Handler<? super T, ? extends R> handler;

        OfSelectable(Selectable<T> source, Select.Handler<? super T, ? extends R> handler) {
            this.source = source;
            this.handler = handler;
        }

        /** What was taken instead: the branch is, and then fails. */
        private record Failure(IOException cause) {}

        @Override
        Object poll(Selection selection) {
            return take();
        }

        private Object take() {
            try {
                T taken = source.poll();
                return taken == null ? Channel.Absence.NOTHING_YET : taken;
            } catch (IOException e) {
                return new Failure(e);
            }
        }

        @Override
        void enqueue(Waiter waiter) {
            waiter.item = source.whenReady(() -> {
                if (waiter.claim()) {
                    waiter.settle(Waiter.State.DONE);
                    LockSupport.unpark(waiter.thread);
                }
            });
        }

        @Override
        void dequeue(Waiter waiter) {
            if (waiter.item instanceof Runnable withdrawal) {
                withdrawal.run();
            }
        }

        /** A claim says only that there may be something: it is taken here, or the select looks at all branches again. */
        @Override
        Object taken(Waiter waiter) {
            return take();
        }

        @Override
        @SuppressWarnings("unchecked") // what the source gave
        R run(Object taken) throws InterruptedException {
            if (taken instanceof Failure failure) {
                throw new UncheckedIOException(failure.cause());
            }
            return handler.handle((T) taken);
        }
    }

    /** Waits for time to pass. */
    static final class OfTime<R extends @Nullable Object> extends Branch<R> {

        private final Supplier<Duration> timeLeft;
        private final Supplier<? extends R> handler;

        OfTime(Supplier<Duration> timeLeft, Supplier<? extends R> handler) {
            this.timeLeft = timeLeft;
            this.handler = handler;
        }

        @Override
        Object poll(Selection selection) {
            return timeLeft().isPositive() ? Channel.Absence.NOTHING_YET : this;
        }

        /** The waiting thread looks at the time itself. */
        @Override
        void enqueue(Waiter waiter) {}

        @Override
        void dequeue(Waiter waiter) {}

        @Override
        Object taken(Waiter waiter) {
            return this;
        }

        @Override
        R run(Object taken) {
            return handler.get();
        }

        @Override
        Duration timeLeft() {
            return timeLeft.get();
        }
    }
}
