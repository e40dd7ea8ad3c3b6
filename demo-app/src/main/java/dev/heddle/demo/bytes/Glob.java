package dev.heddle.demo.bytes;

/**
 * A pattern of KEYS, SCAN and PSUBSCRIBE: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash that takes
 * the meaning from the next byte.
 *
 * <p>Matched as it is written, since whoever sends a pattern decides on its length, and any other form is longer. Time is
 * proportional to pattern times text however many stars there are, because only the last star is ever tried again: what an
 * earlier one could take in addition, the later one can take as well.
 */
public final class Glob {

    private static final int NO_MATCH = -1;

    private final byte[] pattern;

    private Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    /**
     * Takes a pattern that nobody changes from now on. Every sequence of bytes is one: a class that is never closed ends with
     * the pattern.
     */
    public static Glob of(byte[] pattern) {
        return new Glob(pattern);
    }

    /** Returns whether the whole text is of this pattern. */
    public boolean matches(byte[] text) {
        int element = 0;
        int position = 0;
        int afterStar = NO_MATCH;
        int starEnd = 0;
        while (position < text.length) {
            if (isStar(element)) {
                afterStar = ++element;
                starEnd = position;
                continue;
            }
            int next = element < pattern.length ? matchOne(element, text[position] & 0xff) : NO_MATCH;
            if (next != NO_MATCH) {
                element = next;
                position++;
            } else if (afterStar != NO_MATCH) {
                element = afterStar;
                position = ++starEnd;
            } else {
                return false;
            }
        }
        while (isStar(element)) {
            element++;
        }
        return element == pattern.length;
    }

    private boolean isStar(int element) {
        return element < pattern.length && pattern[element] == '*';
    }

    /** Returns where the next element begins, if the one that begins here allows the byte. */
    private int matchOne(int element, int value) {
        return switch (pattern[element]) {
            case '?' -> element + 1;
            case '[' -> matchClass(element + 1, value);
            case '\\' -> matchLiteral(Math.min(element + 1, pattern.length - 1), value);
            default -> matchLiteral(element, value);
        };
    }

    private int matchLiteral(int at, int value) {
        return byteAt(at) == value ? at + 1 : NO_MATCH;
    }

    private int matchClass(int begin, int value) {
        int at = begin;
        boolean negated = at < pattern.length && pattern[at] == '^';
        if (negated) {
            at++;
        }
        boolean listed = false;
        while (at < pattern.length && pattern[at] != ']') {
            if (pattern[at] == '\\' && at + 1 < pattern.length) {
                listed |= byteAt(at + 1) == value;
                at += 2;
            } else if (at + 2 < pattern.length && pattern[at + 1] == '-') {
                int first = byteAt(at);
                int last = byteAt(at + 2);
                listed |= Math.min(first, last) <= value && value <= Math.max(first, last);
                at += 3;
            } else {
                listed |= byteAt(at) == value;
                at++;
            }
        }
        return listed == negated ? NO_MATCH : Math.min(at + 1, pattern.length);
    }

    private int byteAt(int index) {
        return pattern[index] & 0xff;
    }
}
