package dev.heddle.demo.bytes;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern of KEYS, SCAN and PSUBSCRIBE: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash that takes
 * the meaning from the next byte.
 *
 * <p>Time is proportional to pattern times text however many stars there are, because only the last star is ever tried
 * again: what an earlier one could take in addition, the later one can take as well.
 */
public final class Glob {

    /** One element of a pattern. */
    private sealed interface Element {

        /** {@code *}: any number of bytes. */
        record Star() implements Element {}

        /** Exactly one byte, out of a set. */
        record One(BitSet allowed) implements Element {}
    }

    private final List<Element> elements;

    private Glob(List<Element> elements) {
        this.elements = elements;
    }

    /** Reads a pattern. Every sequence of bytes is one: a class that is never closed ends with the pattern. */
    public static Glob compile(byte[] pattern) {
        return new Glob(new Compiler(pattern).compile());
    }

    /** Returns whether the whole text is of this pattern. */
    public boolean matches(byte[] text) {
        int element = 0;
        int position = 0;
        int afterStar = -1;
        int starEnd = 0;
        while (position < text.length) {
            if (element < elements.size() && elements.get(element) instanceof Element.Star) {
                afterStar = ++element;
                starEnd = position;
            } else if (element < elements.size()
                    && elements.get(element) instanceof Element.One one
                    && one.allowed().get(text[position] & 0xff)) {
                element++;
                position++;
            } else if (afterStar >= 0) {
                element = afterStar;
                position = ++starEnd;
            } else {
                return false;
            }
        }
        while (element < elements.size() && elements.get(element) instanceof Element.Star) {
            element++;
        }
        return element == elements.size();
    }

    private static final class Compiler {

        private final byte[] pattern;
        private final List<Element> elements = new ArrayList<>();
        private int next;

        Compiler(byte[] pattern) {
            this.pattern = pattern;
        }

        List<Element> compile() {
            while (next < pattern.length) {
                switch (pattern[next++]) {
                    case '*' -> elements.add(new Element.Star());
                    case '?' -> elements.add(new Element.One(anyByte()));
                    case '[' -> elements.add(new Element.One(byteClass()));
                    case '\\' -> elements.add(new Element.One(single(next < pattern.length ? pattern[next++] : '\\')));
                    default -> elements.add(new Element.One(single(pattern[next - 1])));
                }
            }
            return List.copyOf(elements);
        }

        private BitSet byteClass() {
            BitSet allowed = new BitSet(256);
            boolean negated = next < pattern.length && pattern[next] == '^';
            if (negated) {
                next++;
            }
            while (next < pattern.length && pattern[next] != ']') {
                if (pattern[next] == '\\' && next + 1 < pattern.length) {
                    allowed.set(pattern[next + 1] & 0xff);
                    next += 2;
                } else if (next + 2 < pattern.length && pattern[next + 1] == '-') {
                    int first = pattern[next] & 0xff;
                    int last = pattern[next + 2] & 0xff;
                    allowed.set(Math.min(first, last), Math.max(first, last) + 1);
                    next += 3;
                } else {
                    allowed.set(pattern[next++] & 0xff);
                }
            }
            next++;
            if (negated) {
                allowed.flip(0, 256);
            }
            return allowed;
        }

        private static BitSet anyByte() {
            BitSet all = new BitSet(256);
            all.set(0, 256);
            return all;
        }

        private static BitSet single(int value) {
            BitSet one = new BitSet(256);
            one.set(value & 0xff);
            return one;
        }
    }
}
