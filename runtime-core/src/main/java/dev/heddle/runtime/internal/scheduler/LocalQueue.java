package dev.heddle.runtime.internal.scheduler;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The run queue of one worker: a ring of {@value #CAPACITY} slots with one owner, who pushes and pops, and any number of
 * thieves, of which one at a time takes half of what is there. The protocol is that of Tokio's multi-thread scheduler.
 *
 * <pre>
 *        steal        real                      tail
 *   ───────▼────────────▼────────────────────────▼──────
 *   free   │ being copied │  queued              │  free
 *          │ by a thief   │                      │
 * </pre>
 *
 * <p>{@code head} packs {@code steal} (upper half) and {@code real} (lower half). They differ while a thief copies. All
 * three indexes run freely and wrap; only differences count.
 *
 * <ul>
 *   <li>The owner alone writes {@code tail} and the slots from tail on. A release store of {@code tail} publishes the slot.
 *   <li>Whoever moves {@code real} forward, by CAS, owns the slots passed over. A thief moves {@code real} alone; the slots
 *       are free again only when it has moved {@code steal} up to it, so the owner never overwrites what is being copied.
 *   <li>Invariant: {@code tail - steal <=} capacity.
 * </ul>
 *
 * @param <E> what is queued
 */
final class LocalQueue<E> {

    static final int CAPACITY = 256;

    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(LocalQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(LocalQueue.class, "tail", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Takes what does not fit. */
    interface Overflow<E> {

        void accept(E element);

        /** Takes several at once, in order; the array is the receiver's from then on. */
        @SuppressWarnings("unchecked")
        default void acceptAll(Object[] elements) {
            for (Object element : elements) {
                accept((E) element);
            }
        }
    }

    private final Object[] slots;

    @SuppressWarnings("unused") // through HEAD
    private volatile long head;

    @SuppressWarnings("unused") // through TAIL
    private volatile int tail;

    LocalQueue() {
        this(CAPACITY, 0);
    }

    /**
     * Makes a queue for a model checker, which needs a ring that is soon full and soon wraps.
     *
     * @param capacity a power of two
     * @param start where the indexes begin
     */
    LocalQueue(int capacity, int start) {
        this.slots = new Object[capacity];
        this.head = pack(start, start);
        this.tail = start;
    }

    private static int steal(long head) {
        return (int) (head >>> Integer.SIZE);
    }

    private static int real(long head) {
        return (int) head;
    }

    private static long pack(int steal, int real) {
        return (long) steal << Integer.SIZE | Integer.toUnsignedLong(real);
    }

    /**
     * Adds an element at the back. When the ring is full, its newer half and the element go to the overflow, so that a
     * burst pays for it once in as many pushes as fit into half of the ring and what has waited longest keeps its turn. For the owner.
     *
     * @return whether the ring overflowed
     * @throws OutOfMemoryError if the overflow has no memory; the element is not queued then, and all others are
     */
    boolean push(E element, Overflow<? super E> overflow) {
        for (; ; ) {
            long h = (long) HEAD.getAcquire(this);
            int t = (int) TAIL.get(this);
            if (t - steal(h) < slots.length) {
                slots[t & (slots.length - 1)] = element;
                TAIL.setRelease(this, t + 1);
                return false;
            }
            if (steal(h) != real(h)) {
                // A thief is about to make room; waiting for it would tie the owner to the thief's time slice.
                overflow.accept(element);
                return true;
            }
            if (overflowHalf(h, t, element, overflow)) {
                return true;
            }
        }
    }

    private boolean overflowHalf(long h, int t, E element, Overflow<? super E> overflow) {
        // First, so that nothing is lost when there is no memory.
        Object[] newer = new Object[slots.length / 2 + 1];
        // Claims all, so that no thief is at it, and publishes the older half again: its slots are those after the
        // tail.
        if (!HEAD.compareAndSet(this, h, pack(t, t))) {
            return false;
        }
        int from = t - slots.length / 2;
        for (int i = 0; i < slots.length / 2; i++) {
            newer[i] = take(from + i);
        }
        newer[slots.length / 2] = element;
        TAIL.setRelease(this, t + slots.length / 2);
        try {
            overflow.acceptAll(newer);
        } catch (OutOfMemoryError noRoom) {
            takeBack(newer);
            throw noRoom;
        }
        return true;
    }

    /** Queues again what the overflow had no memory for, all but the last element, which never was in this queue. */
    private void takeBack(Object[] newer) {
        int t = (int) TAIL.get(this);
        for (int i = 0; i < newer.length - 1; i++) {
            slots[(t + i) & (slots.length - 1)] = newer[i];
        }
        TAIL.setRelease(this, t + newer.length - 1);
    }

    /** Takes the element at the front, or {@code null}. For the owner. */
    @Nullable
    E pop() {
        for (; ; ) {
            long h = (long) HEAD.getAcquire(this);
            int real = real(h);
            if (real == (int) TAIL.get(this)) {
                return null;
            }
            int next = real + 1;
            // While a thief copies, its end of the claim stays where it is.
            long moved = steal(h) == real ? pack(next, next) : pack(steal(h), next);
            if (HEAD.compareAndSet(this, h, moved)) {
                return take(real);
            }
        }
    }

    /**
     * Moves half of this queue, rounded up, to the queue of a thief. For the owner of the destination.
     *
     * @param destination the thief's own queue, at most half full
     * @return one of the elements, to be run at once, or {@code null} if there were none or another thief is at it
     */
    @Nullable
    E stealInto(LocalQueue<E> destination) {
        int destinationTail = (int) TAIL.get(destination);
        if (destinationTail - steal((long) HEAD.getAcquire(destination)) > destination.slots.length / 2) {
            return null;
        }
        long h;
        int count;
        do {
            h = (long) HEAD.getAcquire(this);
            if (steal(h) != real(h)) {
                return null;
            }
            int available = (int) TAIL.getAcquire(this) - real(h);
            count = available - available / 2;
            if (count <= 0) {
                return null;
            }
        } while (!HEAD.compareAndSet(this, h, pack(steal(h), real(h) + count)));
        int from = real(h);
        for (int i = 0; i < count - 1; i++) {
            destination.slots[(destinationTail + i) & (destination.slots.length - 1)] = take(from + i);
        }
        E last = take(from + count - 1);
        releaseClaim();
        TAIL.setRelease(destination, destinationTail + count - 1);
        return last;
    }

    /** Gives the copied slots back to the owner: {@code steal} catches up with {@code real}, which pops may have moved. */
    private void releaseClaim() {
        long h;
        do {
            h = (long) HEAD.getAcquire(this);
        } while (!HEAD.compareAndSet(this, h, pack(real(h), real(h))));
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // null only for the collector's sake
    private E take(int index) {
        E element = (E) slots[index & (slots.length - 1)];
        slots[index & (slots.length - 1)] = null;
        return element;
    }

    /** Returns how many elements are queued. Exact for the owner while nobody steals, otherwise of the moment. */
    int size() {
        long h = (long) HEAD.getVolatile(this);
        return Math.clamp((int) TAIL.getVolatile(this) - real(h), 0, slots.length);
    }

    /** Returns a mark behind what is queued now. */
    int mark() {
        return (int) TAIL.getOpaque(this);
    }

    /** Returns whether something before a mark is still queued. What has overflowed is queued elsewhere. */
    boolean holdsAnyBefore(int mark) {
        return mark - real((long) HEAD.getOpaque(this)) > 0;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Returns for how many more elements there is room at least. For the owner. */
    int remainingCapacity() {
        return slots.length - ((int) TAIL.get(this) - steal((long) HEAD.getAcquire(this)));
    }
}
