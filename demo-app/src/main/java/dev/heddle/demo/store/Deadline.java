package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import java.util.Comparator;

/**
 * The end of a key, in order of time.
 *
 * @param at the last millisecond of its life
 * @param key the key
 */
record Deadline(long at, ByteString key) implements Comparable<Deadline> {

    private static final Comparator<Deadline> ORDER =
            Comparator.comparingLong(Deadline::at).thenComparing(Deadline::key);

    @Override
    public int compareTo(Deadline other) {
        return ORDER.compare(this, other);
    }
}
