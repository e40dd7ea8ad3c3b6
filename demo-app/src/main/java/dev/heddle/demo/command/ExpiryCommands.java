package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Commands that set, tell and remove the end of a key. */
@Component
final class ExpiryCommands implements CommandFamily {

    private static final long MILLIS_PER_SECOND = 1000;

    private final Keyspace keyspace;

    ExpiryCommands(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("expire", -3, Keys.FIRST, call -> expire(call, ExpiryUnit.EX)),
                new Command("pexpire", -3, Keys.FIRST, call -> expire(call, ExpiryUnit.PX)),
                new Command("expireat", -3, Keys.FIRST, call -> expire(call, ExpiryUnit.EXAT)),
                new Command("pexpireat", -3, Keys.FIRST, call -> expire(call, ExpiryUnit.PXAT)),
                new Command("ttl", 2, Keys.FIRST, call -> tell(call, true, MILLIS_PER_SECOND)),
                new Command("pttl", 2, Keys.FIRST, call -> tell(call, true, 1)),
                new Command("expiretime", 2, Keys.FIRST, call -> tell(call, false, MILLIS_PER_SECOND)),
                new Command("pexpiretime", 2, Keys.FIRST, call -> tell(call, false, 1)),
                new Command("persist", 2, Keys.FIRST, this::persist));
    }

    private void expire(Call call, ExpiryUnit unit) throws IOException {
        ExpiryConditions conditions = ExpiryConditions.of(call);
        long end = unit.end(call.integer(2), keyspace.now(), call.command().name());
        ByteString key = call.key(1);
        boolean changed = keyspace.transact(key, keys -> {
            Entry current = keys.peek(key);
            if (current == null || !conditions.permit(current, end)) {
                return false;
            }
            if (end <= keys.now()) {
                keys.remove(key);
            } else {
                keys.put(key, current.withExpiry(end));
            }
            return true;
        });
        call.reply().integer(changed ? 1 : 0);
    }

    private void tell(Call call, boolean relative, long unitMillis) throws IOException {
        ByteString key = call.key(1);
        call.reply().integer(keyspace.transact(key, keys -> {
            Entry entry = keys.get(key);
            if (entry == null) {
                return -2L;
            }
            if (!entry.expires()) {
                return -1L;
            }
            long millis = relative ? entry.expiresAt() - keys.now() : entry.expiresAt();
            return (millis + unitMillis / 2) / unitMillis;
        }));
    }

    private void persist(Call call) throws IOException {
        ByteString key = call.key(1);
        boolean changed = keyspace.transact(key, keys -> {
            @Nullable Entry current = keys.peek(key);
            if (current == null || !current.expires()) {
                return false;
            }
            keys.put(key, current.withExpiry(Entry.NEVER));
            return true;
        });
        call.reply().integer(changed ? 1 : 0);
    }
}
