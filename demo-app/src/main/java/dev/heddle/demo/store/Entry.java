package dev.heddle.demo.store;

import java.util.Objects;

/** What a key stands for: a value and the time at which it ends. Immutable, so it can be used without the key's lock. */
public final class Entry {

    /** The end of an entry that stays until it is removed. */
    public static final long NEVER = -1;

    private final byte[] value;
    private final long expiresAt;

    private Entry(byte[] value, long expiresAt) {
        this.value = Objects.requireNonNull(value, "value");
        this.expiresAt = expiresAt;
    }

    /**
     * Returns an entry.
     *
     * @param value not changed by anybody from now on
     * @param expiresAt the last millisecond of its life, counted from the epoch; or {@link #NEVER}
     */
    public static Entry of(byte[] value, long expiresAt) {
        return new Entry(value, expiresAt);
    }

    /** Returns an entry that stays. */
    public static Entry lasting(byte[] value) {
        return new Entry(value, NEVER);
    }

    /** Returns the value, which must not be changed. */
    public byte[] value() {
        return value;
    }

    /** Returns the last millisecond of its life, counted from the epoch; or {@link #NEVER}. */
    public long expiresAt() {
        return expiresAt;
    }

    /** Returns whether it ends by itself. */
    public boolean expires() {
        return expiresAt != NEVER;
    }

    /** Returns whether it has ended. */
    public boolean isExpired(long now) {
        return expires() && now > expiresAt;
    }

    /** Returns an entry with another value and the same end. */
    public Entry withValue(byte[] newValue) {
        return new Entry(newValue, expiresAt);
    }

    /** Returns an entry with the same value and another end. */
    public Entry withExpiry(long newExpiresAt) {
        return new Entry(value, newExpiresAt);
    }
}
