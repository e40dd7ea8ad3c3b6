package dev.heddle.demo.store;

import java.util.concurrent.atomic.LongAdder;

/** What has happened to a keyspace since the start. */
public final class KeyspaceCounters {

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final LongAdder changes = new LongAdder();

    KeyspaceCounters() {}

    void countLookup(boolean found) {
        (found ? hits : misses).increment();
    }

    void countExpired() {
        expired.increment();
    }

    void countChange() {
        changes.increment();
    }

    /** Returns how many lookups found a key. */
    public long hits() {
        return hits.sum();
    }

    /** Returns how many lookups found none. */
    public long misses() {
        return misses.sum();
    }

    /** Returns how many keys have been removed because their time had come. */
    public long expired() {
        return expired.sum();
    }

    /** Returns how many changes there were; the same number at two times means the same keys and values. */
    public long changes() {
        return changes.sum();
    }
}
