package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.loom.SpinLock;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What is handed to the workers from outside: unbounded, any number of producers, any number of consumers of which one at
 * a time takes.
 *
 * <p>A consumer that finds another one at it gets nothing and may go to sleep with the queue not empty. Nothing is lost by
 * that: the one who takes wakes another worker before it runs what it took.
 *
 * @param <E> what is queued
 */
final class InjectionQueue<E> {

    private static final int CHUNK = 1024;

    private final MpscUnboundedVarHandleArrayQueue<E> queue = new MpscUnboundedVarHandleArrayQueue<>(CHUNK);
    private final SpinLock consumer = new SpinLock();

    void push(E element) {
        queue.offer(element);
    }

    /**
     * Takes a share of what is queued.
     *
     * @param max the most elements to take
     * @param rest where all but the first go, in order
     * @return the first, or {@code null} if there is none or another consumer is taking
     */
    @Nullable
    E take(int max, LocalQueue.Overflow<? super E> rest) {
        if (queue.isEmpty() || !consumer.tryLock()) {
            return null;
        }
        try {
            E first = queue.relaxedPoll();
            if (first != null) {
                for (int i = 1; i < max; i++) {
                    E element = queue.relaxedPoll();
                    if (element == null) {
                        break;
                    }
                    rest.accept(element);
                }
            }
            return first;
        } finally {
            consumer.unlock();
        }
    }

    int size() {
        return queue.size();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }
}
