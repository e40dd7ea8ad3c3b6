package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.bytes.Glob;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.demo.store.ScanPage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Commands on the keyspace as a whole. */
@Component
final class KeyspaceCommands implements CommandFamily {

    private static final int DEFAULT_COUNT = 10;

    private final Keyspace keyspace;

    KeyspaceCommands(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("keys", 2, Keys.NONE, this::keys),
                new Command("scan", -2, Keys.NONE, this::scan),
                new Command("randomkey", 1, Keys.NONE, this::randomKey),
                new Command("dbsize", 1, Keys.NONE, call -> call.reply().integer(keyspace.size())),
                new Command("flushdb", -1, Keys.NONE, this::flush),
                new Command("flushall", -1, Keys.NONE, this::flush));
    }

    private void keys(Call call) throws IOException {
        Glob pattern = Glob.of(call.bytes(1));
        writeKeys(call, keyspace.scan(0, Long.MAX_VALUE).keys(), pattern::matches);
    }

    private void scan(Call call) throws IOException {
        long cursor = call.integer(1, "ERR invalid cursor");
        long count = DEFAULT_COUNT;
        Predicate<byte[]> wanted = key -> true;
        for (int i = 2; i < call.size(); i += 2) {
            if (i + 1 == call.size()) {
                throw CommandException.syntaxError();
            }
            if (call.is(i, "COUNT")) {
                count = positive(call.integer(i + 1));
            } else if (call.is(i, "MATCH")) {
                wanted = wanted.and(Glob.of(call.bytes(i + 1))::matches);
            } else if (call.is(i, "TYPE")) {
                boolean ofThisType = call.is(i + 1, "string");
                wanted = wanted.and(key -> ofThisType);
            } else {
                throw CommandException.syntaxError();
            }
        }
        ScanPage page = keyspace.scan(cursor, count);
        call.reply().array(2);
        call.reply().bulk(Long.toString(page.nextCursor()));
        writeKeys(call, page.keys(), wanted);
    }

    private void randomKey(Call call) throws IOException {
        Optional<ByteString> key = keyspace.randomKey();
        if (key.isPresent()) {
            call.reply().bulk(key.get().bytes());
        } else {
            call.reply().absent();
        }
    }

    private void flush(Call call) throws IOException {
        boolean plain = call.size() == 1;
        if (!plain && !(call.size() == 2 && (call.is(1, "ASYNC") || call.is(1, "SYNC")))) {
            throw CommandException.syntaxError();
        }
        keyspace.clear();
        call.reply().ok();
    }

    private static long positive(long count) {
        if (count < 1) {
            throw CommandException.syntaxError();
        }
        return count;
    }

    private static void writeKeys(Call call, List<ByteString> keys, Predicate<byte[]> wanted) throws IOException {
        List<byte[]> matching =
                keys.stream().map(ByteString::bytes).filter(wanted).toList();
        call.reply().array(matching.size());
        for (byte[] key : matching) {
            call.reply().bulk(key);
        }
    }
}
