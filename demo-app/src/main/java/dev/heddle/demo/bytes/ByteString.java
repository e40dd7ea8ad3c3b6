package dev.heddle.demo.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A sequence of bytes that can be a map's key: a Redis key, a channel, a pattern.
 *
 * <p>The array is neither copied nor changed: whoever wraps one gives it away. Comparable, so that a hash map whose keys
 * were chosen to collide still finds them in logarithmic time.
 */
public final class ByteString implements Comparable<ByteString> {

    private final byte[] bytes;
    private final int hash;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /** Wraps an array that nobody changes from now on. */
    public static ByteString wrap(byte[] bytes) {
        return new ByteString(bytes);
    }

    /** Returns the UTF-8 form of a text. */
    public static ByteString of(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the wrapped array, which must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int compareTo(ByteString other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByteString that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
