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
 *   <li>Invariant: {@code tail - steal <= CAPACITY}.
 * </ul>
 *
 * @param <E> what is queued
 */
final class LocalQueue<E> {

    static final int CAPACITY = 256;

    private static final int MASK = CAPACITY - 1;
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
    }

    private final Object[] slots = new Object[CAPACITY];

    @SuppressWarnings("unused") // through HEAD
    private volatile long head;

    @SuppressWarnings("unused") // through TAIL
    private volatile int tail;

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
     * Adds an element at the back. When the ring is full, its older half and the element go to the overflow, so that a
     * burst pays for it once in {@code CAPACITY / 2} pushes. For the owner.
     *
     * @return whether the ring overflowed
     */
    boolean push(E element, Overflow<? super E> overflow) {
        for (; ; ) {
            long h = (long) HEAD.getAcquire(this);
            int t = (int) TAIL.get(this);
            if (t - steal(h) < CAPACITY) {
                slots[t & MASK] = element;
                TAIL.setRelease(this, t + 1);
                return false;
            }
            if (steal(h) != real(h)) {
                // A thief is about to make room; waiting for it would tie the owner to the thief's time slice.
                overflow.accept(element);
                return true;
            }
            if (overflowHalf(h, overflow)) {
                overflow.accept(element);
                return true;
            }
        }
    }

    private boolean overflowHalf(long h, Overflow<? super E> overflow) {
        int from = real(h);
        int to = from + CAPACITY / 2;
        if (!HEAD.compareAndSet(this, h, pack(to, to))) {
            return false;
        }
        for (int i = from; i != to; i++) {
            overflow.accept(take(i));
        }
        return true;
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
        if (destinationTail - steal((long) HEAD.getAcquire(destination)) > CAPACITY / 2) {
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
            destination.slots[(destinationTail + i) & MASK] = take(from + i);
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
        E element = (E) slots[index & MASK];
        slots[index & MASK] = null;
        return element;
    }

    /** Returns how many elements are queued. Exact for the owner while nobody steals, otherwise of the moment. */
    int size() {
        long h = (long) HEAD.getVolatile(this);
        return Math.clamp((int) TAIL.getVolatile(this) - real(h), 0, CAPACITY);
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** Returns for how many more elements there is room at least. For the owner. */
    int remainingCapacity() {
        return CAPACITY - ((int) TAIL.get(this) - steal((long) HEAD.getAcquire(this)));
    }
}
