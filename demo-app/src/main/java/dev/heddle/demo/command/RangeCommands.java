package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Commands that read and write parts of values. */
@Component
final class RangeCommands implements CommandFamily {

    private static final byte[] EMPTY = {};

    private final Keyspace keyspace;
    private final int maxLength;

    RangeCommands(Keyspace keyspace, RedisProperties properties) {
        this.keyspace = keyspace;
        this.maxLength = properties.limits().maxBulkLength();
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("append", 3, Keys.FIRST, this::append),
                new Command("strlen", 2, Keys.FIRST, this::length),
                new Command("getrange", 4, Keys.FIRST, this::getRange),
                new Command("setrange", 4, Keys.FIRST, this::setRange));
    }

    private void append(Call call) throws IOException {
        ByteString key = call.key(1);
        byte[] suffix = call.bytes(2);
        call.reply().integer(keyspace.transact(key, keys -> {
            Entry current = keys.peek(key);
            byte[] value = current == null ? EMPTY : current.value();
            byte[] longer = Arrays.copyOf(value, checkedLength((long) value.length + suffix.length));
            System.arraycopy(suffix, 0, longer, value.length, suffix.length);
            keys.put(key, replaced(current, longer));
            return longer.length;
        }));
    }

    private void length(Call call) throws IOException {
        call.reply().integer(valueOf(call.key(1)).length);
    }

    private void getRange(Call call) throws IOException {
        long start = call.integer(2);
        long end = call.integer(3);
        byte[] value = valueOf(call.key(1));
        if (start < 0 && end < 0 && start > end) {
            call.reply().bulk(EMPTY);
            return;
        }
        long from = Math.max(0, start < 0 ? value.length + start : start);
        long last = Math.min(value.length - 1L, Math.max(0, end < 0 ? value.length + end : end));
        call.reply().bulk(from > last ? EMPTY : Arrays.copyOfRange(value, (int) from, (int) last + 1));
    }

    private void setRange(Call call) throws IOException {
        ByteString key = call.key(1);
        long offset = call.integer(2);
        byte[] part = call.bytes(3);
        if (offset < 0) {
            throw new CommandException("ERR offset is out of range");
        }
        call.reply().integer(keyspace.transact(key, keys -> {
            Entry current = keys.peek(key);
            byte[] value = current == null ? EMPTY : current.value();
            if (part.length == 0) {
                return value.length;
            }
            // The sum of a length and the largest offset would overflow.
            int end = checkedLength(offset > Integer.MAX_VALUE ? offset : offset + part.length);
            byte[] changed = Arrays.copyOf(value, Math.max(value.length, end));
            System.arraycopy(part, 0, changed, (int) offset, part.length);
            keys.put(key, replaced(current, changed));
            return changed.length;
        }));
    }

    private byte[] valueOf(ByteString key) {
        Entry entry = keyspace.<@Nullable Entry>transact(key, keys -> keys.get(key));
        return entry == null ? EMPTY : entry.value();
    }

    private int checkedLength(long length) {
        if (length > maxLength) {
            throw new CommandException("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        return (int) length;
    }

    private static Entry replaced(@Nullable Entry current, byte[] value) {
        return current == null ? Entry.lasting(value) : current.withValue(value);
    }
}
