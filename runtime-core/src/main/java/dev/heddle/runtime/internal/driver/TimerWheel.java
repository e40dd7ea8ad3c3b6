package dev.heddle.runtime.internal.driver;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timing wheel: six levels of 64 slots, the lowest of one tick each, every other slot as wide as the whole
 * level below.
 *
 * <p>Inserting, removing and finding the next expiration take constant time; a timer moves down at most five times. After
 * George Varghese and Tony Lauck, "Hashed and Hierarchical Timing Wheels", SOSP 1987, scheme 7. The level of a timer
 * follows from the highest bit in which its tick differs from the present one, so timers of one slot always differ from
 * the present in the same group of six bits.
 *
 * <p>Invariant: an entry in a slot of level {@code n} is due at or after the slot's start, and the earliest occupied slot
 * of the lowest occupied level starts no later than any other. Not thread-safe.
 */
final class TimerWheel {

    static final long NEVER = Long.MAX_VALUE;

    private static final int LEVELS = 6;
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int SLOT_MASK = SLOTS - 1;
    private static final int TOP_SHIFT = (LEVELS - 1) * BITS;
    private static final long RANGE = 1L << (LEVELS * BITS);

    private final @Nullable TimerEntry[][] slots = new TimerEntry[LEVELS][SLOTS];
    private final long[] occupied = new long[LEVELS];
    private long elapsed;
    private int size;

    int size() {
        return size;
    }

    /**
     * Adds an entry.
     *
     * @param now the present; moves that of an empty wheel, whose entries would otherwise start too high up
     * @return {@code false} if it is due already; it is then not added
     */
    boolean insert(TimerEntry entry, long now) {
        if (size == 0) {
            elapsed = Math.max(elapsed, now);
        }
        if (entry.tick <= elapsed) {
            return false;
        }
        link(entry);
        size++;
        return true;
    }

    void remove(TimerEntry entry) {
        unlink(entry);
        size--;
    }

    /** Returns the tick at which {@link #advance} next has something to do, or {@link #NEVER}. */
    long nextExpiration() {
        for (int level = 0; level < LEVELS; level++) {
            if (occupied[level] != 0) {
                return slotStart(level, firstSlot(level));
            }
        }
        return NEVER;
    }

    /**
     * Moves the present forward and takes out what is due.
     *
     * @param now the new present; one that lies back is ignored
     * @return the entries that are due, linked by {@code next}, earlier slots first; {@code null} if there are none
     */
    @Nullable
    TimerEntry advance(long now) {
        TimerEntry head = null;
        TimerEntry tail = null;
        for (long start = nextExpiration(); start <= now; start = nextExpiration()) {
            int level = lowestOccupied();
            int slot = firstSlot(level);
            TimerEntry entry = slots[level][slot];
            slots[level][slot] = null;
            occupied[level] &= ~(1L << slot);
            elapsed = start;
            while (entry != null) {
                TimerEntry following = entry.next;
                entry.previous = null;
                entry.next = null;
                if (entry.tick > elapsed) {
                    link(entry);
                } else {
                    entry.level = -1;
                    size--;
                    if (tail == null) {
                        head = entry;
                    } else {
                        tail.next = entry;
                    }
                    tail = entry;
                }
                entry = following;
            }
        }
        elapsed = Math.max(elapsed, now);
        return head;
    }

    private int lowestOccupied() {
        int level = 0;
        while (occupied[level] == 0) {
            level++;
        }
        return level;
    }

    private int firstSlot(int level) {
        int present = (int) (elapsed >>> (level * BITS)) & SLOT_MASK;
        int distance = Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], present));
        return (present + distance) & SLOT_MASK;
    }

    private long slotStart(int level, int slot) {
        long levelRange = 1L << ((level + 1) * BITS);
        long start = (elapsed & -levelRange) + ((long) slot << (level * BITS));
        // Only the top level can hold a slot that lies before the present: one of its next round.
        return start <= elapsed ? start + levelRange : start;
    }

    private void link(TimerEntry entry) {
        int level = levelOf(entry.tick);
        int slot = (int) (entry.tick >>> (level * BITS)) & SLOT_MASK;
        if ((entry.tick >>> TOP_SHIFT) - (elapsed >>> TOP_SHIFT) >= SLOTS) {
            // Beyond the range. It waits in the slot that comes round last, where it hides nobody, and is placed again.
            slot = (int) ((elapsed >>> TOP_SHIFT) - 1) & SLOT_MASK;
        }
        TimerEntry first = slots[level][slot];
        entry.level = (byte) level;
        entry.slot = (byte) slot;
        entry.next = first;
        entry.previous = null;
        if (first != null) {
            first.previous = entry;
        }
        slots[level][slot] = entry;
        occupied[level] |= 1L << slot;
    }

    private void unlink(TimerEntry entry) {
        TimerEntry previous = entry.previous;
        TimerEntry next = entry.next;
        if (previous == null) {
            slots[entry.level][entry.slot] = next;
            if (next == null) {
                occupied[entry.level] &= ~(1L << entry.slot);
            }
        } else {
            previous.next = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        entry.previous = null;
        entry.next = null;
        entry.level = -1;
    }

    private int levelOf(long tick) {
        long differing = Math.min((elapsed ^ tick) | SLOT_MASK, RANGE - 1);
        return (Long.SIZE - 1 - Long.numberOfLeadingZeros(differing)) / BITS;
    }
}
