package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All keys, in slots that are locked one by one.
 *
 * <p>A command locks the slots of its keys in order of their index, so commands on many keys are atomic, as in Redis,
 * and never wait for each other in a circle, and commands on different keys run at the same time, as in Redis they do
 * not. The number of slots is fixed because a SCAN's cursor is the index of a slot: however keys come and go, one that is
 * there from the first call to the last is in a slot that is visited, once.
 */
public final class Keyspace {

    private static final int SLOT_BITS = 14;

    private static final int SLOT_COUNT = 1 << SLOT_BITS;

    private final Slot[] slots = new Slot[SLOT_COUNT];
    private final Deadlines deadlines = new Deadlines();
    private final LongSupplier clock;
    private final LongAdder size = new LongAdder();
    private final KeyspaceCounters counters = new KeyspaceCounters();

    /**
     * Makes an empty keyspace.
     *
     * @param clock milliseconds since the epoch: ends of keys are times of day, so that they outlive the process
     */
    public Keyspace(LongSupplier clock) {
        this.clock = clock;
        for (int i = 0; i < SLOT_COUNT; i++) {
            slots[i] = new Slot(i);
        }
    }

    /** Runs a body that uses one key, atomically. */
    public <R extends @Nullable Object> R transact(ByteString key, Function<Transaction, R> body) {
        Slot slot = slotOf(key);
        slot.lock();
        try {
            return body.apply(new LockedKeys(now()));
        } finally {
            slot.unlock();
        }
    }

    /** Runs a body that uses several keys, atomically. */
    public <R extends @Nullable Object> R transact(Collection<ByteString> keys, Function<Transaction, R> body) {
        List<Slot> ordered = keys.stream()
                .map(this::slotOf)
                .distinct()
                .sorted(Comparator.comparingInt(Slot::index))
                .toList();
        return locked(ordered, () -> body.apply(new LockedKeys(now())));
    }

    /** Removes all keys at one moment. */
    public void clear() {
        locked(List.of(slots), () -> {
            LockedKeys all = new LockedKeys(now());
            for (Slot slot : slots) {
                List.copyOf(slot.entries().keySet()).forEach(all::remove);
            }
            return null;
        });
    }

    /**
     * Returns all keys as they are at one moment, as a fork of the process would. Nothing but references is copied, yet
     * every command waits meanwhile: some tens of milliseconds for a million keys.
     */
    public List<Map.Entry<ByteString, Entry>> copy() {
        return locked(List.of(slots), () -> {
            long now = now();
            List<Map.Entry<ByteString, Entry>> copy = new ArrayList<>(size());
            for (Slot slot : slots) {
                slot.entries().forEach((key, entry) -> {
                    if (!entry.isExpired(now)) {
                        copy.add(Map.entry(key, entry));
                    }
                });
            }
            return copy;
        });
    }

    /**
     * Returns some keys and where to go on.
     *
     * @param cursor 0, or what the call before returned
     * @param atLeast how many keys to return unless there are no more
     */
    public ScanPage scan(long cursor, long atLeast) {
        List<ByteString> keys = new ArrayList<>();
        long index = cursor;
        while (index >= 0 && index < SLOT_COUNT && keys.size() < atLeast) {
            keys.addAll(liveKeys(slots[(int) index]));
            index++;
        }
        return new ScanPage(index >= 0 && index < SLOT_COUNT ? index : 0, keys);
    }

    /** Returns a key, any of them in the long run; empty if there is none. */
    public Optional<ByteString> randomKey() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int start = random.nextInt(SLOT_COUNT);
        for (int i = 0; i < SLOT_COUNT; i++) {
            List<ByteString> keys = liveKeys(slots[(start + i) % SLOT_COUNT]);
            if (!keys.isEmpty()) {
                return Optional.of(keys.get(random.nextInt(keys.size())));
            }
        }
        return Optional.empty();
    }

    /** Returns how many keys there are. */
    public int size() {
        return size.intValue();
    }

    /** Returns how many of the keys end by themselves. */
    public int expiring() {
        return deadlines.size();
    }

    /** Returns what has happened so far. */
    public KeyspaceCounters counters() {
        return counters;
    }

    /** Returns the time by which keys end, in milliseconds since the epoch. */
    public long now() {
        return clock.getAsLong();
    }

    Deadlines deadlines() {
        return deadlines;
    }

    /** Removes a key if its end is still the given one and has passed. */
    void expire(Deadline deadline) {
        transact(deadline.key(), keys -> keys.peek(deadline.key()));
    }

    private List<ByteString> liveKeys(Slot slot) {
        slot.lock();
        try {
            long now = now();
            List<ByteString> keys = new ArrayList<>();
            slot.entries().forEach((key, entry) -> {
                if (!entry.isExpired(now)) {
                    keys.add(key);
                }
            });
            return keys;
        } finally {
            slot.unlock();
        }
    }

    private static <R extends @Nullable Object> R locked(List<Slot> ordered, Supplier<R> body) {
        ordered.forEach(Slot::lock);
        try {
            return body.get();
        } finally {
            ordered.forEach(Slot::unlock);
        }
    }

    /** A map inside a slot uses the low bits of the hash, so the slot is chosen by the high bits of a product. */
    private Slot slotOf(ByteString key) {
        return slots[(key.hashCode() * 0x9E3779B9) >>> (Integer.SIZE - SLOT_BITS)];
    }

    private final class LockedKeys implements Transaction {

        private final long now;

        LockedKeys(long now) {
            this.now = now;
        }

        @Override
        public long now() {
            return now;
        }

        @Override
        public @Nullable Entry get(ByteString key) {
            Entry entry = peek(key);
            counters.countLookup(entry != null);
            return entry;
        }

        @Override
        public @Nullable Entry peek(ByteString key) {
            Entry entry = slotOf(key).entries().get(key);
            if (entry != null && entry.isExpired(now)) {
                drop(key);
                counters.countExpired();
                return null;
            }
            return entry;
        }

        @Override
        public void put(ByteString key, Entry entry) {
            Entry previous = slotOf(key).entries().put(key, entry);
            if (previous == null) {
                size.increment();
            }
            // Most writes keep the end as it is, and then there is nothing to do in an index that costs a logarithm.
            long before = previous == null ? Entry.NEVER : previous.expiresAt();
            if (before != entry.expiresAt()) {
                if (before != Entry.NEVER) {
                    deadlines.remove(key, before);
                }
                if (entry.expires()) {
                    deadlines.add(key, entry.expiresAt());
                }
            }
            counters.countChange();
        }

        @Override
        public boolean remove(ByteString key) {
            if (peek(key) == null) {
                return false;
            }
            drop(key);
            counters.countChange();
            return true;
        }

        private void drop(ByteString key) {
            Entry removed = slotOf(key).entries().remove(key);
            if (removed != null) {
                size.decrement();
                if (removed.expires()) {
                    deadlines.remove(key, removed.expiresAt());
                }
            }
        }
    }
}
