package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Access to the keys that {@link Keyspace#transact} was asked for, while their slots are locked.
 *
 * <p>Nothing is undone when the body throws: it checks first and writes afterwards. It must not wait for anything.
 */
public interface Transaction {

    /** Returns the time of this transaction, in milliseconds since the epoch. */
    long now();

    /** Returns what a key stands for, or {@code null} if there is no such key or its time has come. Counts as a read. */
    @Nullable
    Entry get(ByteString key);

    /** The same for those who want to know it in order to change it: does not count as a read. */
    @Nullable
    Entry peek(ByteString key);

    /** Gives a key an entry in place of the one it has. */
    void put(ByteString key, Entry entry);

    /** Removes a key and returns whether there was one. */
    boolean remove(ByteString key);
}
