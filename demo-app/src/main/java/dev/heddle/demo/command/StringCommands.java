package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.demo.store.Transaction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Commands that read and write whole values. */
@Component
final class StringCommands implements CommandFamily {

    private final Keyspace keyspace;

    StringCommands(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("get", 2, Keys.FIRST, this::get),
                new Command("set", -3, Keys.FIRST, this::set),
                new Command("setnx", 3, Keys.FIRST, this::setIfAbsent),
                new Command("setex", 4, Keys.FIRST, call -> setWithEnd(call, ExpiryUnit.EX)),
                new Command("psetex", 4, Keys.FIRST, call -> setWithEnd(call, ExpiryUnit.PX)),
                new Command("getset", 3, Keys.FIRST, this::getAndSet),
                new Command("getdel", 2, Keys.FIRST, this::getAndRemove),
                new Command("getex", -2, Keys.FIRST, this::getAndExpire),
                new Command("mget", -2, Keys.ALL, this::getAll),
                new Command("mset", -3, Keys.EVERY_OTHER, this::setAll),
                new Command("msetnx", -3, Keys.EVERY_OTHER, this::setAllIfAbsent));
    }

    /** What SET found, and whether it replaced it. */
    private record Outcome(@Nullable Entry before, boolean replaced) {}

    private void get(Call call) throws IOException {
        ByteString key = call.key(1);
        writeValue(call, keyspace.transact(key, keys -> keys.get(key)));
    }

    private void set(Call call) throws IOException {
        ValueOptions options = ValueOptions.ofSet(call);
        ByteString key = call.key(1);
        Outcome outcome = keyspace.transact(key, keys -> {
            options.checkEnd(call, keys.now());
            Entry before = keys.peek(key);
            if (!options.permits(before)) {
                return new Outcome(before, false);
            }
            long current = before == null ? Entry.NEVER : before.expiresAt();
            keys.put(key, Entry.of(call.bytes(2), options.end(call, keys.now(), Entry.NEVER, current)));
            return new Outcome(before, true);
        });
        if (options.returnsOld()) {
            writeValue(call, outcome.before());
        } else if (outcome.replaced()) {
            call.reply().ok();
        } else {
            call.reply().absent();
        }
    }

    private void setIfAbsent(Call call) throws IOException {
        ByteString key = call.key(1);
        boolean absent = keyspace.transact(key, keys -> {
            if (keys.peek(key) != null) {
                return false;
            }
            keys.put(key, Entry.lasting(call.bytes(2)));
            return true;
        });
        call.reply().integer(absent ? 1 : 0);
    }

    private void setWithEnd(Call call, ExpiryUnit unit) throws IOException {
        ByteString key = call.key(1);
        long end =
                unit.positiveEnd(call.integer(2), keyspace.now(), call.command().name());
        keyspace.<@Nullable Void>transact(key, keys -> {
            keys.put(key, Entry.of(call.bytes(3), end));
            return null;
        });
        call.reply().ok();
    }

    private void getAndSet(Call call) throws IOException {
        ByteString key = call.key(1);
        writeValue(call, keyspace.<@Nullable Entry>transact(key, keys -> {
            Entry before = keys.get(key);
            keys.put(key, Entry.lasting(call.bytes(2)));
            return before;
        }));
    }

    private void getAndRemove(Call call) throws IOException {
        ByteString key = call.key(1);
        writeValue(call, keyspace.<@Nullable Entry>transact(key, keys -> {
            Entry before = keys.get(key);
            keys.remove(key);
            return before;
        }));
    }

    private void getAndExpire(Call call) throws IOException {
        ValueOptions options = ValueOptions.ofGetEx(call);
        ByteString key = call.key(1);
        writeValue(call, keyspace.<@Nullable Entry>transact(key, keys -> {
            Entry current = keys.get(key);
            if (current != null) {
                long end = options.end(call, keys.now(), current.expiresAt(), current.expiresAt());
                if (end != current.expiresAt()) {
                    keys.put(key, current.withExpiry(end));
                }
            }
            return current;
        }));
    }

    private void getAll(Call call) throws IOException {
        List<ByteString> wanted = call.keys(1, 1);
        List<@Nullable Entry> entries = keyspace.transact(wanted, keys -> {
            List<@Nullable Entry> found = new ArrayList<>(wanted.size());
            wanted.forEach(key -> found.add(keys.get(key)));
            return found;
        });
        call.reply().array(entries.size());
        for (Entry entry : entries) {
            writeValue(call, entry);
        }
    }

    private void setAll(Call call) throws IOException {
        List<ByteString> all = pairedKeys(call);
        keyspace.<@Nullable Void>transact(all, keys -> {
            putPairs(call, all, keys);
            return null;
        });
        call.reply().ok();
    }

    private void setAllIfAbsent(Call call) throws IOException {
        List<ByteString> all = pairedKeys(call);
        boolean absent = keyspace.transact(all, keys -> {
            if (all.stream().anyMatch(key -> keys.peek(key) != null)) {
                return false;
            }
            putPairs(call, all, keys);
            return true;
        });
        call.reply().integer(absent ? 1 : 0);
    }

    private static List<ByteString> pairedKeys(Call call) {
        if (call.size() % 2 == 0) {
            throw CommandException.wrongArity(call.command().name());
        }
        return call.keys(1, 2);
    }

    private static void putPairs(Call call, List<ByteString> all, Transaction keys) {
        for (int i = 0; i < all.size(); i++) {
            keys.put(all.get(i), Entry.lasting(call.bytes(2 + 2 * i)));
        }
    }

    private static void writeValue(Call call, @Nullable Entry entry) throws IOException {
        if (entry == null) {
            call.reply().absent();
        } else {
            call.reply().bulk(entry.value());
        }
    }
}
