package dev.heddle.demo.protocol;

import dev.heddle.demo.bytes.Integers;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one connection, in whatever pieces they arrive.
 *
 * <pre>
 *            '*'            count > 0           '$' length           bytes complete
 *   START ─────────▶ COUNT ──────────▶ LENGTH ────────────▶ BULK ─────────────────┐
 *     │ other          │ count ≤ 0        ▲                                       │
 *     ▼                ▼                  └────── arguments missing ──────────────┤
 *   INLINE ──line──▶ START ◀───────────────────── arguments complete ─────────────┘
 * </pre>
 *
 * <p>It consumes all that it is given up to the end of a request and keeps what it has of an unfinished one itself, so
 * the caller's buffer is always free again and never has to grow.
 */
public final class RequestParser {

    private static final byte CR = '\r';
    private static final byte LF = '\n';

    private enum State {
        START,
        INLINE,
        COUNT,
        COUNT_END,
        LENGTH,
        LENGTH_END,
        BULK
    }

    private final ProtocolLimits limits;
    private final LineBuffer line;
    private State state = State.START;
    private List<byte[]> arguments = new ArrayList<>();
    private int missing;
    private long requestLength;
    private BulkReader bulk = BulkReader.EMPTY;

    public RequestParser(ProtocolLimits limits) {
        this.limits = limits;
        this.line = new LineBuffer(limits.maxInlineLength());
    }

    /**
     * Takes bytes until a request is complete.
     *
     * @param input what has arrived
     * @return the arguments of the request, at least one; or {@code null} when the input is used up before
     * @throws ProtocolException if the bytes are no request, or one that is too large
     */
    public @Nullable List<byte[]> next(ByteBuffer input) throws ProtocolException {
        while (input.hasRemaining()) {
            boolean complete = switch (state) {
                case START -> begin(input);
                case INLINE -> readInline(input);
                case COUNT -> readUntilReturn(input, "too big mbulk count string", State.COUNT_END);
                case COUNT_END -> readCount(input);
                case LENGTH -> readUntilReturn(input, "too big bulk count string", State.LENGTH_END);
                case LENGTH_END -> readLength(input);
                case BULK -> readBulk(input);
            };
            if (complete) {
                List<byte[]> request = arguments;
                arguments = new ArrayList<>();
                requestLength = 0;
                state = State.START;
                return request;
            }
        }
        return null;
    }

    private boolean begin(ByteBuffer input) {
        if (input.get(input.position()) == '*') {
            input.get();
            state = State.COUNT;
        } else {
            state = State.INLINE;
        }
        return false;
    }

    private boolean readInline(ByteBuffer input) throws ProtocolException {
        if (!line.fill(input, LF, "too big inline request")) {
            return false;
        }
        byte[] text = line.take();
        if (text.length > 0 && text[text.length - 1] == CR) {
            text = Arrays.copyOf(text, text.length - 1);
        }
        arguments =
                InlineArguments.split(text).orElseThrow(() -> new ProtocolException("unbalanced quotes in request"));
        state = State.START;
        return !arguments.isEmpty();
    }

    private boolean readUntilReturn(ByteBuffer input, String problemWhenTooLong, State next) throws ProtocolException {
        if (line.fill(input, CR, problemWhenTooLong)) {
            state = next;
        }
        return false;
    }

    private boolean readCount(ByteBuffer input) throws ProtocolException {
        input.get();
        OptionalLong count = Integers.parse(line.take());
        if (count.isEmpty() || count.getAsLong() > limits.maxArguments()) {
            throw new ProtocolException("invalid multibulk length");
        }
        missing = (int) Math.max(0, count.getAsLong());
        state = missing > 0 ? State.LENGTH : State.START;
        return false;
    }

    private boolean readLength(ByteBuffer input) throws ProtocolException {
        input.get();
        byte[] text = line.take();
        if (text.length == 0 || text[0] != '$') {
            char found = text.length == 0 ? '\r' : (char) (text[0] & 0xff);
            throw new ProtocolException("expected '$', got '" + found + "'");
        }
        OptionalLong length = Integers.parse(text, 1, text.length);
        if (length.isEmpty() || length.getAsLong() < 0 || length.getAsLong() > limits.maxBulkLength()) {
            throw new ProtocolException("invalid bulk length");
        }
        requestLength += length.getAsLong();
        if (requestLength > limits.maxRequestLength()) {
            throw new ProtocolException("too big request");
        }
        bulk = new BulkReader((int) length.getAsLong());
        state = State.BULK;
        return false;
    }

    private boolean readBulk(ByteBuffer input) {
        if (!bulk.fill(input)) {
            return false;
        }
        arguments.add(bulk.bytes());
        bulk = BulkReader.EMPTY;
        missing--;
        state = State.LENGTH;
        return missing == 0;
    }
}
