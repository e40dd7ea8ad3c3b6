package dev.heddle.demo.bytes;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** Integers written as Redis writes them: one form for each, so no leading zero, plus sign or space. */
public final class Integers {

    private static final int MAX_DIGITS = 19;

    private Integers() {}

    /** Reads a 64-bit integer; empty if the bytes are not the one form of such a number. */
    public static OptionalLong parse(byte[] text) {
        return parse(text, 0, text.length);
    }

    /** Reads a 64-bit integer from a part of an array. */
    public static OptionalLong parse(byte[] text, int from, int to) {
        boolean negative = from < to && text[from] == '-';
        int first = negative ? from + 1 : from;
        int digits = to - first;
        if (digits < 1 || digits > MAX_DIGITS || (text[first] == '0' && (digits > 1 || negative))) {
            return OptionalLong.empty();
        }
        // Summed up below zero, where there is room for one number more.
        long value = 0;
        for (int i = first; i < to; i++) {
            int digit = text[i] - '0';
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return OptionalLong.empty();
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(negative ? value : -value);
    }

    /** Writes a 64-bit integer. */
    public static byte[] format(long value) {
        return Long.toString(value).getBytes(StandardCharsets.ISO_8859_1);
    }
}
