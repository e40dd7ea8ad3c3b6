package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What comes to the workers from outside, and what does not fit into their own queues: unbounded, any number of producers,
 * any number of consumers. In order for each producer, since a thread always pushes to the same shard.
 *
 * <p>A shard has one consumer at a time. One that finds another at it goes on to the next shard and may go to sleep with
 * the queue not empty. Nothing is lost by that: the last worker to give up a search looks at {@link #isEmpty} again after
 * it has said so, and wakes another if there is something.
 *
 * @param <E> what is queued
 */
final class InjectionQueue<E> {

    private static final int CHUNK = 1024;
    private static final int MAX_SHARDS = 16;

    /** Elements that a local queue threw out together, which cost the injection queue as much as one. */
    private static final class Batch {

        final Object[] elements;
        int next;

        Batch(Object[] elements) {
            this.elements = elements;
        }
    }

    private static final class Shard {

        /** Elements and batches. */
        final MpscUnboundedVarHandleArrayQueue<Object> queue = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);

        final SpinLock consumer = new SpinLock();

        /** How many more elements there are than the queue has entries. */
        final AtomicInteger inBatches = new AtomicInteger();

        /** The batch that is being taken; written by the consumer. */
        volatile @Nullable Batch current;

        boolean isEmpty() {
            return current == null && queue.isEmpty();
        }

        /** For the consumer. */
        @Nullable
        Object poll() {
            Batch batch = current;
            if (batch == null) {
                Object entry = queue.relaxedPoll();
                if (!(entry instanceof Batch polled)) {
                    return entry;
                }
                batch = polled;
                current = batch;
            }
            Object element = batch.elements[batch.next++];
            if (batch.next == batch.elements.length) {
                inBatches.getAndAdd(-batch.elements.length);
                current = null;
            }
            return element;
        }
    }

    private final Shard[] shards;

    /**
     * Makes an empty queue.
     *
     * @param concurrency how many threads are expected to push at a time
     */
    InjectionQueue(int concurrency) {
        int count = Math.min(MAX_SHARDS, Integer.highestOneBit(2 * concurrency - 1));
        shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            shards[i] = new Shard();
        }
    }

    void push(E element) {
        ownShard().queue.offer(element);
    }

    /**
     * Pushes elements at once, in their order; the array is the queue's from then on.
     *
     * @throws OutOfMemoryError if there is no memory; none of them is queued then
     */
    void pushAll(Object[] elements) {
        Shard shard = ownShard();
        Batch batch = new Batch(elements);
        shard.inBatches.getAndAdd(elements.length);
        try {
            shard.queue.offer(batch);
        } catch (OutOfMemoryError noRoom) {
            shard.inBatches.getAndAdd(-elements.length);
            throw noRoom;
        }
    }

    private Shard ownShard() {
        return shards[ownIndex()];
    }

    private int ownIndex() {
        return (int) Thread.currentThread().threadId() & (shards.length - 1);
    }

    /**
     * Takes a share of one shard.
     *
     * @param max the most elements to take
     * @param rest where all but the first go, in order
     * @return the first, or {@code null} if there is none or other consumers are taking
     */
    @Nullable
    E take(int max, LocalQueue.Overflow<? super E> rest) {
        int first = ownIndex();
        for (int i = 0; i < shards.length; i++) {
            E element = takeFrom(shards[(first + i) & (shards.length - 1)], max, rest);
            if (element != null) {
                return element;
            }
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private @Nullable E takeFrom(Shard shard, int max, LocalQueue.Overflow<? super E> rest) {
        if (shard.isEmpty() || !shard.consumer.tryLock()) {
            return null;
        }
        try {
            E first = (E) shard.poll();
            if (first != null) {
                for (int i = 1; i < max; i++) {
                    E element = (E) shard.poll();
                    if (element == null) {
                        break;
                    }
                    rest.accept(element);
                }
            }
            return first;
        } finally {
            shard.consumer.unlock();
        }
    }

    /** Returns about how many elements are queued. */
    int size() {
        int size = 0;
        for (Shard shard : shards) {
            size += shard.queue.size() + shard.inBatches.get();
        }
        return size;
    }

    boolean isEmpty() {
        for (Shard shard : shards) {
            if (!shard.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
