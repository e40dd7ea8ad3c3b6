package dev.heddle.demo.protocol;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Splits an inline command, as typed into telnet, at spaces: {@code "..."} with C's escapes and {@code '...'} with
 * {@code \'} keep theirs.
 */
final class InlineArguments {

    private final byte[] line;
    private int next;

    private InlineArguments(byte[] line) {
        this.line = line;
    }

    /** Returns the arguments; empty if a quote is not closed, or is closed in the middle of a word. */
    static Optional<List<byte[]>> split(byte[] line) {
        InlineArguments splitter = new InlineArguments(line);
        List<byte[]> arguments = new ArrayList<>();
        while (splitter.skipSpaces()) {
            ByteArrayOutputStream argument = new ByteArrayOutputStream();
            if (!splitter.readArgument(argument)) {
                return Optional.empty();
            }
            arguments.add(argument.toByteArray());
        }
        return Optional.of(arguments);
    }

    private boolean skipSpaces() {
        while (next < line.length && isSpace(line[next])) {
            next++;
        }
        return next < line.length;
    }

    private boolean readArgument(ByteArrayOutputStream argument) {
        while (next < line.length && !isSpace(line[next])) {
            byte current = line[next++];
            if (current == '"' || current == '\'') {
                boolean closed = current == '"' ? readDoubleQuoted(argument) : readSingleQuoted(argument);
                return closed && (next == line.length || isSpace(line[next]));
            }
            argument.write(current);
        }
        return true;
    }

    private boolean readDoubleQuoted(ByteArrayOutputStream argument) {
        while (next < line.length) {
            byte current = line[next++];
            if (current == '"') {
                return true;
            }
            if (current == '\\'
                    && next + 2 < line.length
                    && line[next] == 'x'
                    && isHex(line[next + 1])
                    && isHex(line[next + 2])) {
                argument.write(Character.digit(line[next + 1], 16) << 4 | Character.digit(line[next + 2], 16));
                next += 3;
            } else if (current == '\\' && next < line.length) {
                argument.write(unescape(line[next++]));
            } else {
                argument.write(current);
            }
        }
        return false;
    }

    private boolean readSingleQuoted(ByteArrayOutputStream argument) {
        while (next < line.length) {
            byte current = line[next++];
            if (current == '\'') {
                return true;
            }
            if (current == '\\' && next < line.length && line[next] == '\'') {
                argument.write(line[next++]);
            } else {
                argument.write(current);
            }
        }
        return false;
    }

    private static int unescape(byte escaped) {
        return switch (escaped) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 0x07;
            default -> escaped;
        };
    }

    private static boolean isHex(byte value) {
        return value > 0 && Character.digit(value, 16) >= 0;
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || (value >= '\t' && value <= '\r') || value == 0;
    }
}
