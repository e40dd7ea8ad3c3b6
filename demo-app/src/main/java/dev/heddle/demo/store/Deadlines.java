package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import java.util.Iterator;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The ends of all keys that have one, earliest first.
 *
 * <p>Invariant: it holds a deadline if and only if the key's slot holds an entry with that end. Both change under the
 * slot's lock; the set itself needs none, so slots do not wait for each other here. Because what is overwritten is
 * removed at once, a key that is set again and again costs one element, not one for each time.
 */
final class Deadlines {

    /** Later than every deadline. */
    static final long NONE = Long.MAX_VALUE;

    private final ConcurrentSkipListSet<Deadline> ordered = new ConcurrentSkipListSet<>();
    private final LongAdder size = new LongAdder();
    private final Semaphore earlier = new Semaphore(0);

    /** What has to be undercut to end the wait. */
    private volatile long watched = Long.MIN_VALUE;

    void add(ByteString key, long at) {
        ordered.add(new Deadline(at, key));
        size.increment();
        if (at < watched) {
            earlier.release();
        }
    }

    void remove(ByteString key, long at) {
        ordered.remove(new Deadline(at, key));
        size.decrement();
    }

    int size() {
        return size.intValue();
    }

    /** Returns the earliest, or {@code null} if there is none. */
    @Nullable
    Deadline first() {
        // Not isEmpty() and first(): the one element may go in between.
        Iterator<Deadline> inOrder = ordered.iterator();
        return inOrder.hasNext() ? inOrder.next() : null;
    }

    /**
     * Returns the earliest time, {@link #NONE} if there is none, and makes whatever is added before it from now on end
     * {@link #awaitEarlier()}.
     */
    long watchFirst() {
        earlier.drainPermits();
        long at;
        do {
            at = firstTime();
            watched = at;
            // Who added before the line above may have compared with the old value, so look again: of the two who each
            // write first and read then, one sees the other.
        } while (firstTime() < at);
        return at;
    }

    /** Waits until something earlier than the time watched is added. May return for less. */
    void awaitEarlier() throws InterruptedException {
        earlier.acquire();
    }

    private long firstTime() {
        Deadline first = first();
        return first == null ? NONE : first.at();
    }
}
