package dev.heddle.runtime.sync;

import dev.heddle.runtime.internal.context.CurrentTask;
import dev.heddle.runtime.internal.loom.SpinLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Passes elements from any number of senders to any number of receivers, each element to one of them, in the order in
 * which they were sent.
 *
 * <p>A channel holds as many elements as its capacity says; a sender that finds it full waits, and so does a receiver
 * that finds it empty. With a capacity of 0 it holds none: a sender waits until a receiver takes its element. Senders, and
 * receivers, are served in the order in which they began to wait.
 *
 * <p>{@link #close()} says that nothing more will be sent. Receivers get what is still in the channel and then its end,
 * which {@link #receive()} tells by {@code null} and a loop over the channel by ending:
 *
 * {@snippet class="dev.heddle.runtime.examples.ChannelExample" region="channel"}
 *
 * <p>All methods may be called from any thread. Those that wait suspend the caller when it is a task, and block it when it
 * is an ordinary thread. An interrupt, such as that of an abort or a timeout, ends a wait with an
 * {@link InterruptedException}, and then nothing was sent or received. If it comes when the element has already changed
 * hands, the method returns as usual and the interrupt stays pending. So a cancelled operation neither loses nor doubles an
 * element. A channel belongs to no runtime, and goes on working when one is shut down.
 *
 * @param <T> the type of the elements, which are never {@code null}
 */
public final class Channel<T> implements Iterable<T>, AutoCloseable {

    // Everything below is guarded by the lock, but for the array, which is never replaced, and what is volatile.
    // While somebody waits to receive, nothing is buffered and nobody waits to send. While somebody waits to send,
    // the buffer is full. Waiters that were settled elsewhere, by another branch of their select, do not count in
    // either sentence.

    /** How many elements are taken while the lock is held once. */
    private static final int BATCH = 64;

    /**
     * Every so many operations, a power of two, whoever does one pays for them: to find the task that pays costs as much as
     * an operation does.
     */
    private static final int PAY_INTERVAL = 4;

    private static final Object TIME_IS_OVER = new Object();

    private final SpinLock lock = new SpinLock();
    private final @Nullable Object[] buffer;
    private final int capacity;
    private final WaitQueue senders = new WaitQueue();
    private final WaitQueue receivers = new WaitQueue();
    private int head;
    private int size;
    private int operations;
    private boolean closed;
    private @Nullable Throwable cause;

    private Channel(int capacity) {
        this.capacity = capacity;
        this.buffer = new @Nullable Object[capacity];
    }

    /**
     * Returns a new channel.
     *
     * @param capacity how many elements it holds; 0 for none, so that a sender waits until a receiver takes its element
     * @param <T> the type of the elements
     * @throws IllegalArgumentException if the capacity is negative
     */
    public static <T> Channel<T> bounded(int capacity) {
        if (capacity < 0) {
            throw new IllegalArgumentException("The capacity of a channel must not be negative, and it is " + capacity);
        }
        return new Channel<>(capacity);
    }

    /**
     * Sends an element, and waits while the channel is full.
     *
     * @param element what to send
     * @throws ClosedException if the channel is closed before or while the caller waits; the element was not sent
     * @throws InterruptedException if the caller is interrupted before or while it waits; the element was not sent
     */
    public void send(T element) throws InterruptedException {
        sendWithin(element, null);
    }

    /**
     * Sends an element, and waits while the channel is full, but not for longer than said.
     *
     * @param element what to send
     * @param limit the most time to wait; zero or less not to wait
     * @throws TimeoutException if the time is over; the element was not sent
     * @throws ClosedException if the channel is closed before or while the caller waits; the element was not sent
     * @throws InterruptedException if the caller is interrupted before or while it waits; the element was not sent
     */
    public void send(T element, Duration limit) throws InterruptedException, TimeoutException {
        if (!sendWithin(element, limit)) {
            throw new TimeoutException("The channel was full for " + limit);
        }
    }

    /** Returns {@code false} if the time is over. Without a limit it never is. */
    private boolean sendWithin(T element, @Nullable Duration limit) throws InterruptedException {
        Objects.requireNonNull(element, "element");
        Waits.throwIfInterrupted();
        Waiter receiver = null;
        Waiter self = null;
        int operation;
        boolean refused;
        lock.lock();
        try {
            operation = ++operations;
            refused = closed;
            if (!refused) {
                receiver = receivers.claimFirst();
                if (receiver != null || size < capacity) {
                    put(element, receiver);
                } else {
                    self = new Waiter(element);
                    senders.add(self);
                }
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            throw closedException();
        }
        if (self == null) {
            WaitQueue.unpark(receiver);
            pay(operation);
            return true;
        }
        if (!Waits.await(self, senders, lock, limit, this)) {
            return false;
        }
        if (self.state() == Waiter.State.CLOSED) {
            throw closedException();
        }
        return true;
    }

    /**
     * Sends an element if that is possible without waiting.
     *
     * @param element what to send
     * @return whether it was sent
     * @throws ClosedException if the channel is closed
     */
    public boolean trySend(T element) {
        Objects.requireNonNull(element, "element");
        Waiter receiver = null;
        int operation;
        boolean refused;
        lock.lock();
        try {
            operation = ++operations;
            refused = closed;
            if (!refused) {
                receiver = receivers.claimFirst();
                if (receiver == null && size == capacity) {
                    return false;
                }
                put(element, receiver);
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            throw closedException();
        }
        WaitQueue.unpark(receiver);
        pay(operation);
        return true;
    }

    /** Has the caller pay for an operation that was done at once, if it is its turn. To be called without the lock. */
    private static void pay(int operation) {
        if ((operation & (PAY_INTERVAL - 1)) == 0) {
            CurrentTask.consumeBudget();
        }
    }

    private void put(Object element, @Nullable Waiter receiver) {
        if (receiver == null) {
            append(element);
        } else {
            receiver.item = element;
            receiver.settle(Waiter.State.DONE);
        }
    }

    private void append(@Nullable Object element) {
        int tail = head + size;
        buffer[tail < capacity ? tail : tail - capacity] = element;
        size++;
    }

    /**
     * For those who have seen that the channel is closed, after which the cause does not change. Not under the lock: an
     * exception takes long to make.
     */
    ClosedException closedException() {
        return new ClosedException("The channel is closed", cause);
    }

    /**
     * Receives the next element, and waits while there is none.
     *
     * @return the element, or {@code null} at the end: the channel was closed without a cause, and nothing is left in it
     * @throws ClosedException if the channel was closed with a cause, and nothing is left in it
     * @throws InterruptedException if the caller is interrupted before or while it waits; nothing was received
     */
    public @Nullable T receive() throws InterruptedException {
        return cast(receiveWithin(null));
    }

    /**
     * Receives the next element, and waits while there is none, but not for longer than said.
     *
     * @param limit the most time to wait; zero or less not to wait
     * @return the element, or {@code null} at the end: the channel was closed without a cause, and nothing is left in it
     * @throws TimeoutException if the time is over; nothing was received
     * @throws ClosedException if the channel was closed with a cause, and nothing is left in it
     * @throws InterruptedException if the caller is interrupted before or while it waits; nothing was received
     */
    @SuppressWarnings("ReferenceEquality") // a marker
    public @Nullable T receive(Duration limit) throws InterruptedException, TimeoutException {
        Object element = receiveWithin(limit);
        if (element == TIME_IS_OVER) {
            throw new TimeoutException("The channel was empty for " + limit);
        }
        return cast(element);
    }

    /** Returns {@link #TIME_IS_OVER} if it is. Without a limit it never is. */
    private @Nullable Object receiveWithin(@Nullable Duration limit) throws InterruptedException {
        Waits.throwIfInterrupted();
        Waiter sender;
        Waiter self = null;
        Object element;
        int operation;
        boolean ended;
        lock.lock();
        try {
            operation = ++operations;
            sender = senders.claimFirst();
            element = take(sender);
            ended = element == null && closed;
            if (element == null && !ended) {
                self = new Waiter(null);
                receivers.add(self);
            }
        } finally {
            lock.unlock();
        }
        if (ended) {
            return end();
        }
        if (self == null) {
            WaitQueue.unpark(sender);
            pay(operation);
            return element;
        }
        if (!Waits.await(self, receivers, lock, limit, this)) {
            return TIME_IS_OVER;
        }
        return self.state() == Waiter.State.CLOSED ? end() : self.item;
    }

    /**
     * Receives the next element if there is one.
     *
     * @return the element, or {@code null} if there is none now, or none any more
     */
    public @Nullable T tryReceive() {
        Waiter sender;
        Object element;
        int operation;
        lock.lock();
        try {
            operation = ++operations;
            sender = senders.claimFirst();
            element = take(sender);
        } finally {
            lock.unlock();
        }
        if (element != null) {
            WaitQueue.unpark(sender);
            pay(operation);
        }
        return cast(element);
    }

    /**
     * Receives the elements that are there, and waits while there is none. Costs less than as many single receives.
     *
     * @param max how many to receive at most; at least 1
     * @return the elements, one or more, in a new list; an empty list at the end: the channel was closed without a cause,
     *     and nothing is left in it
     * @throws IllegalArgumentException if the number is less than 1
     * @throws ClosedException if the channel was closed with a cause, and nothing is left in it
     * @throws InterruptedException if the caller is interrupted before or while it waits; nothing was received
     */
    public List<T> receiveUpTo(int max) throws InterruptedException {
        if (max < 1) {
            throw new IllegalArgumentException("At least one element must be asked for, and it is " + max);
        }
        T first = receive();
        if (first == null) {
            return List.of();
        }
        List<T> received = new ArrayList<>();
        received.add(first);
        while (received.size() < max && receiveSome(received, Math.min(max - received.size(), BATCH))) {}
        return received;
    }

    /** Adds what is there, up to a number. Returns {@code false} if there was less. */
    private boolean receiveSome(List<T> received, int max) {
        @Nullable Object[] taken = new @Nullable Object[max];
        int count = 0;
        Waiter chain = null;
        lock.lock();
        try {
            Waiter last = null;
            while (count < max) {
                Waiter sender = senders.claimFirst();
                Object element = take(sender);
                if (element == null) {
                    break;
                }
                taken[count++] = element;
                if (sender == null) {
                    continue;
                }
                if (last == null) {
                    chain = sender;
                } else {
                    last.next = sender;
                }
                last = sender;
            }
        } finally {
            lock.unlock();
        }
        WaitQueue.unparkAll(chain);
        for (int i = 0; i < count; i++) {
            received.add(Objects.requireNonNull(cast(taken[i])));
        }
        return count == max;
    }

    /**
     * Takes an element out.
     *
     * @param sender who has waited longest to send, claimed, or {@code null}; its element moves up, and it is settled
     */
    private @Nullable Object take(@Nullable Waiter sender) {
        Object element;
        if (size > 0) {
            element = buffer[head];
            buffer[head] = null;
            head = head + 1 == capacity ? 0 : head + 1;
            size--;
            if (sender != null) {
                append(sender.item);
            }
        } else {
            // With a capacity of 0, or nobody waits.
            element = sender == null ? null : sender.item;
        }
        if (sender != null) {
            sender.settle(Waiter.State.DONE);
        }
        return element;
    }

    /** For those who have seen that the channel is closed and empty. */
    private @Nullable Object end() {
        if (cause != null) {
            throw closedException();
        }
        return null;
    }

    @SuppressWarnings("unchecked") // what was sent
    private @Nullable T cast(@Nullable Object element) {
        return (T) element;
    }

    /** What a select takes by one of its branches, or why it cannot. */
    enum Absence {
        /** There is nothing to receive, or no room to send, now. */
        NOTHING_YET,
        /** There will be nothing any more. */
        END,
        /** The same, and that is a failure: {@link #closedException}. */
        FAILED
    }

    SpinLock lock() {
        return lock;
    }

    /**
     * Does what a branch of a select is for, if that is possible now. For the holder of the lock, who afterwards releases it
     * and unparks whom the selection names.
     *
     * @param element what to send, or {@code null} to receive
     * @return the element received or sent, or an {@link Absence}
     */
    Object attempt(@Nullable Object element, Selection selection) {
        if (element != null) {
            if (closed) {
                return Absence.FAILED;
            }
            Waiter receiver = receivers.claimFirst();
            if (receiver == null && size == capacity) {
                return Absence.NOTHING_YET;
            }
            put(element, receiver);
            selection.counterpart = receiver;
            return element;
        }
        Waiter sender = senders.claimFirst();
        Object received = take(sender);
        if (received != null) {
            selection.counterpart = sender;
            return received;
        }
        if (!closed) {
            return Absence.NOTHING_YET;
        }
        return cause == null ? Absence.END : Absence.FAILED;
    }

    /** Has a branch of a select wait, to send what it holds or to receive if that is nothing. For the holder of the lock. */
    void enqueue(Waiter waiter) {
        (waiter.item == null ? receivers : senders).add(waiter);
    }

    /** Has a branch of a select wait no longer; whoever was settling it is done when this returns. */
    void dequeue(Waiter waiter, boolean sends) {
        lock.lock();
        try {
            (sends ? senders : receivers).remove(waiter);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns an iterator that receives: it waits in {@link Iterator#hasNext()}, which returns {@code false} at the end. It
     * throws a {@link ClosedException} if the channel was closed with a cause, and when the caller is interrupted a
     * {@link CancellationException}, with the interrupt kept pending. For one thread at a time; several iterators share the
     * elements.
     */
    @Override
    public Iterator<T> iterator() {
        return new Iterator<>() {
            private @Nullable T next;

            @Override
            public boolean hasNext() {
                if (next == null) {
                    try {
                        next = receive();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        throw Waits.cancelled("Interrupted while receiving", e);
                    }
                }
                return next != null;
            }

            @Override
            public T next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("The channel is closed and empty");
                }
                T element = Objects.requireNonNull(next);
                next = null;
                return element;
            }
        };
    }

    /**
     * Says that nothing more will be sent. Whoever waits to send, or tries to, gets a {@link ClosedException}; receivers get
     * what the channel holds, and then the end. Has no effect on a closed channel. Never waits.
     */
    @Override
    public void close() {
        closeBecause(null);
    }

    /**
     * The same as {@link #close()}, but with a cause: at the end, receivers get a {@link ClosedException} with it instead of
     * {@code null}, and so do senders.
     *
     * @param because why nothing more will be sent
     */
    public void close(Throwable because) {
        closeBecause(Objects.requireNonNull(because, "because"));
    }

    private void closeBecause(@Nullable Throwable because) {
        Waiter waitingSenders;
        Waiter waitingReceivers;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            cause = because;
            waitingSenders = senders.settleAll(Waiter.State.CLOSED);
            waitingReceivers = receivers.settleAll(Waiter.State.CLOSED);
        } finally {
            lock.unlock();
        }
        WaitQueue.unparkAll(waitingSenders);
        WaitQueue.unparkAll(waitingReceivers);
    }

    /** Returns whether somebody has closed the channel; there may be elements left in it. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many elements the channel holds; what waiting senders have is not counted. */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many elements the channel can hold. */
    public int capacity() {
        return capacity;
    }

    @Override
    public String toString() {
        return "channel of capacity " + capacity;
    }
}
