package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.demo.store.Transaction;
import java.io.IOException;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Commands on keys, whatever they stand for. */
@Component
final class KeyCommands implements CommandFamily {

    private final Keyspace keyspace;

    KeyCommands(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("del", -2, Keys.ALL, call -> count(call, Transaction::remove)),
                new Command("unlink", -2, Keys.ALL, call -> count(call, Transaction::remove)),
                new Command("exists", -2, Keys.ALL, call -> count(call, (keys, key) -> keys.get(key) != null)),
                new Command("type", 2, Keys.FIRST, this::type),
                new Command("rename", 3, Keys.FIRST_TWO, this::rename),
                new Command("renamenx", 3, Keys.FIRST_TWO, this::renameIfAbsent));
    }

    private void count(Call call, BiPredicate<Transaction, ByteString> test) throws IOException {
        List<ByteString> all = call.keys(1, 1);
        call.reply()
                .integer(keyspace.transact(
                        all,
                        keys -> all.stream().filter(key -> test.test(keys, key)).count()));
    }

    private void type(Call call) throws IOException {
        ByteString key = call.key(1);
        boolean present = keyspace.transact(key, keys -> keys.get(key) != null);
        call.reply().simple(present ? "string" : "none");
    }

    private void rename(Call call) throws IOException {
        ByteString from = call.key(1);
        ByteString to = call.key(2);
        keyspace.<@Nullable Void>transact(List.of(from, to), keys -> {
            move(from, to, keys);
            return null;
        });
        call.reply().ok();
    }

    private void renameIfAbsent(Call call) throws IOException {
        ByteString from = call.key(1);
        ByteString to = call.key(2);
        boolean renamed = keyspace.transact(List.of(from, to), keys -> {
            present(from, keys);
            if (keys.peek(to) != null) {
                return false;
            }
            move(from, to, keys);
            return true;
        });
        call.reply().integer(renamed ? 1 : 0);
    }

    private static void move(ByteString from, ByteString to, Transaction keys) {
        Entry entry = present(from, keys);
        if (!from.equals(to)) {
            keys.remove(from);
            keys.put(to, entry);
        }
    }

    private static Entry present(ByteString key, Transaction keys) {
        Entry entry = keys.peek(key);
        if (entry == null) {
            throw new CommandException("ERR no such key");
        }
        return entry;
    }
}
