package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one worker: a wheel under a lock, and before it a short list of those that the worker, its owner, has
 * armed since somebody last looked.
 *
 * <p>The owner arms a timer by two stores into that list, and whoever cancels one that is still there needs only the
 * timer's own state: most timers are limits that are not reached, and never see the wheel. The list is emptied into the
 * wheel, under the lock, by the owner now and then, and by whoever holds the driver once something in it may be due, which
 * is why a worker that is stuck in a task holds up nobody's timers. Others than the owner put their timers into the wheel
 * themselves.
 *
 * <p>Who may touch the list: the owner writes at and beyond {@link #count}; who holds the lock reads and clears below the
 * count that it has read; the owner lowers the count only while it holds the lock.
 *
 * <p>No timer is overlooked. The owner stores the timer, fences, and then reads {@link #earliestHanded}, which it lowers if
 * it has to; a collector resets that field and then reads the list. So the collector finds the timer, or the owner finds
 * the reset.
 */
final class TimerShard {

    /** How many timers the owner arms before it has to empty the list itself. */
    private static final int CAPACITY = 64;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(TimerEntry[].class);
    private static final VarHandle COUNT;
    private static final VarHandle UNLINKS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            COUNT = lookup.findVarHandle(TimerShard.class, "count", int.class);
            UNLINKS = lookup.findVarHandle(TimerShard.class, "unlinks", Unlink.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A cancelled timer that its canceller could not take out of the wheel. */
    private record Unlink(TimerEntry entry, @Nullable Unlink next) {}

    private final SpinLock lock = new SpinLock();
    private final TimerWheel wheel = new TimerWheel();
    private final @Nullable TimerEntry[] handed = new TimerEntry[CAPACITY];

    /** How many elements of {@link #handed} the owner has filled. */
    private int count;

    /** The earliest tick in the list, or earlier; {@link TimerWheel#NEVER} if there is none but relative ones. */
    private volatile long earliestHanded = TimerWheel.NEVER;

    /** The tick at which the wheel has something to do, for readers without the lock; written under it. */
    private volatile long nextExpiration = TimerWheel.NEVER;

    private volatile @Nullable Unlink unlinks;

    /** Timers that were due when they were collected. Guarded by the lock. */
    private @Nullable TimerEntry due;

    /**
     * Takes over a timer from the owner.
     *
     * @param entry in state HANDED or RELATIVE
     * @return {@code false} if the list is full, and has to be {@linkplain #tryCollectOwn collected} first
     */
    boolean hand(TimerEntry entry) {
        int n = count;
        if (n == CAPACITY) {
            return false;
        }
        boolean relative = entry.isRelative();
        ELEMENT.setRelease(handed, n, entry);
        COUNT.setRelease(this, n + 1);
        if (!relative) {
            // Against the collector, see above, and against the driver's look at earliestHanded before it sleeps.
            VarHandle.fullFence();
            if (entry.tick < earliestHanded) {
                earliestHanded = entry.tick;
            }
        }
        return true;
    }

    /**
     * Empties the list into the wheel. For the owner, on a thread that stays the owner while it waits for the lock.
     *
     * @param now the present, in nanoseconds of the service
     */
    void collectOwn(long now) {
        lock.lock();
        collectOwnLocked(now);
    }

    /**
     * The same for an owner that may not wait.
     *
     * @param now the present, in nanoseconds of the service
     * @return {@code false} if somebody has the lock, and nothing was done
     */
    boolean tryCollectOwn(long now) {
        if (!lock.tryLock()) {
            return false;
        }
        collectOwnLocked(now);
        return true;
    }

    private void collectOwnLocked(long now) {
        try {
            collect(now);
            count = 0;
            publishNextExpiration();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Puts a timer past the list. For anybody.
     *
     * @param entry in state HANDED or RELATIVE
     * @param now the present, in nanoseconds of the service
     */
    void put(TimerEntry entry, long now) {
        lock.lock();
        try {
            putIntoWheel(entry, now);
            publishNextExpiration();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same for anybody. Timers that were cancelled no longer count for {@link #nextExpiration()} then.
     *
     * @param now the present, in nanoseconds of the service
     */
    void collectForeign(long now) {
        lock.lock();
        try {
            collect(now);
            publishNextExpiration();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the owner has armed a timer since it last collected. Callable from any thread. */
    boolean hasHanded() {
        return (int) COUNT.getAcquire(this) != 0;
    }

    private void collect(long now) {
        earliestHanded = TimerWheel.NEVER;
        int n = (int) COUNT.getVolatile(this);
        for (int i = 0; i < n; i++) {
            TimerEntry entry = (TimerEntry) ELEMENT.getAcquire(handed, i);
            if (entry == null) {
                continue;
            }
            handed[i] = null;
            putIntoWheel(entry, now);
        }
        unlinkCancelled();
    }

    private void putIntoWheel(TimerEntry entry, long now) {
        boolean relative = entry.isRelative();
        if (!entry.claimForWheel()) {
            return;
        }
        if (relative) {
            entry.tick = Ticks.atOrAfter(now + entry.tick);
        }
        if (!wheel.insert(entry, Ticks.atOrBefore(now))) {
            entry.next = due;
            due = entry;
        }
    }

    /**
     * Adds a timer to the wheel. For others than the owner.
     *
     * @param entry in state LINKED
     * @return {@code false} if it is due already; it is then not added
     */
    boolean insert(TimerEntry entry, long nowTick) {
        lock.lock();
        try {
            unlinkCancelled();
            if (!wheel.insert(entry, nowTick)) {
                return false;
            }
            // The wheel's own answer may name an earlier cascade, at which nothing would fire. Never later, though.
            publishNextExpiration();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Disarms a timer; returns whether this call has. Waits for nobody. */
    boolean cancel(TimerEntry entry) {
        switch (entry.claimToCancel()) {
            case TOO_LATE -> {
                return false;
            }
            case DONE -> {}
            case TO_BE_UNLINKED -> {
                // The driver may wake for nothing once; telling it would cost every cancel.
                if (lock.tryLock()) {
                    try {
                        unlink(entry);
                    } finally {
                        lock.unlock();
                    }
                } else {
                    leaveToUnlink(entry);
                }
            }
        }
        return true;
    }

    private void leaveToUnlink(TimerEntry entry) {
        Unlink unlink;
        do {
            unlink = new Unlink(entry, unlinks);
        } while (!UNLINKS.compareAndSet(this, unlink.next, unlink));
    }

    private void unlinkCancelled() {
        if (unlinks != null) {
            for (Unlink u = (Unlink) UNLINKS.getAndSet(this, (Unlink) null); u != null; u = u.next) {
                unlink(u.entry);
            }
        }
    }

    private void unlink(TimerEntry entry) {
        if (entry.level >= 0) {
            wheel.remove(entry);
        }
    }

    /**
     * Moves the present forward.
     *
     * @param now the new present, in nanoseconds of the service
     * @return what is due, linked by {@code next}, not yet claimed; {@code null} if nothing is
     */
    @Nullable
    TimerEntry advance(long now) {
        lock.lock();
        try {
            collect(now);
            TimerEntry late = due;
            due = null;
            TimerEntry expired = wheel.advance(Ticks.atOrBefore(now));
            publishNextExpiration();
            if (late == null) {
                return expired;
            }
            TimerEntry last = late;
            while (last.next != null) {
                last = last.next;
            }
            last.next = expired;
            return late;
        } finally {
            lock.unlock();
        }
    }

    private void publishNextExpiration() {
        long next = due == null ? wheel.nextExpiration() : 0;
        if (next != nextExpiration) {
            nextExpiration = next;
        }
    }

    /** Returns the tick at which {@link #advance} next has something to do, or an earlier one. Callable from any thread. */
    long nextExpiration() {
        return Math.min(nextExpiration, earliestHanded);
    }

    /** Returns how many timers are armed. */
    int size() {
        lock.lock();
        try {
            unlinkCancelled();
            int size = wheel.size();
            int n = (int) COUNT.getAcquire(this);
            for (int i = 0; i < n; i++) {
                TimerEntry entry = (TimerEntry) ELEMENT.getAcquire(handed, i);
                if (entry != null && !entry.isCancelled()) {
                    size++;
                }
            }
            for (TimerEntry entry = due; entry != null; entry = entry.next) {
                if (!entry.isCancelled()) {
                    size++;
                }
            }
            return size;
        } finally {
            lock.unlock();
        }
    }
}
