package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A part of the keyspace with a lock of its own. A key is in the same slot for all its life. */
final class Slot {

    private final int index;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ByteString, Entry> entries = new HashMap<>(2);

    Slot(int index) {
        this.index = index;
    }

    /** Returns its place in the order in which slots are locked. */
    int index() {
        return index;
    }

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** Returns its entries, expired ones included. To be used by the one who holds the lock. */
    Map<ByteString, Entry> entries() {
        assert lock.isHeldByCurrentThread();
        return entries;
    }
}
