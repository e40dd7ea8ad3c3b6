package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.bytes.Integers;
import dev.heddle.demo.bytes.LongDoubles;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Commands that take values for numbers. */
@Component
final class CounterCommands implements CommandFamily {

    private final Keyspace keyspace;

    CounterCommands(Keyspace keyspace) {
        this.keyspace = keyspace;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("incr", 2, Keys.FIRST, call -> increment(call, 1)),
                new Command("decr", 2, Keys.FIRST, call -> increment(call, -1)),
                new Command("incrby", 3, Keys.FIRST, call -> increment(call, call.integer(2))),
                new Command("decrby", 3, Keys.FIRST, call -> increment(call, negated(call.integer(2)))),
                new Command("incrbyfloat", 3, Keys.FIRST, this::incrementFloat));
    }

    private void increment(Call call, long delta) throws IOException {
        ByteString key = call.key(1);
        call.reply().integer(keyspace.transact(key, keys -> {
            Entry current = keys.peek(key);
            long before =
                    current == null ? 0 : Integers.parse(current.value()).orElseThrow(CommandException::notAnInteger);
            long after = sum(before, delta);
            keys.put(key, replaced(current, Integers.format(after)));
            return after;
        }));
    }

    private void incrementFloat(Call call) throws IOException {
        ByteString key = call.key(1);
        byte[] result = keyspace.transact(key, keys -> {
            Entry current = keys.peek(key);
            BigDecimal before = current == null ? BigDecimal.ZERO : number(current.value());
            byte[] after = LongDoubles.add(before, number(call.bytes(2)))
                    .map(LongDoubles::format)
                    .orElseThrow(CounterCommands::notFinite);
            keys.put(key, replaced(current, after));
            return after;
        });
        call.reply().bulk(result);
    }

    private static long sum(long before, long delta) {
        try {
            return Math.addExact(before, delta);
        } catch (ArithmeticException overflow) {
            throw new CommandException("ERR increment or decrement would overflow");
        }
    }

    private static long negated(long decrement) {
        if (decrement == Long.MIN_VALUE) {
            throw new CommandException("ERR decrement would overflow");
        }
        return -decrement;
    }

    private static BigDecimal number(byte[] text) {
        if (LongDoubles.isInfinity(text)) {
            throw notFinite();
        }
        return LongDoubles.parse(text).orElseThrow(() -> new CommandException("ERR value is not a valid float"));
    }

    private static CommandException notFinite() {
        return new CommandException("ERR increment would produce NaN or Infinity");
    }

    private static Entry replaced(@Nullable Entry current, byte[] value) {
        return current == null ? Entry.lasting(value) : current.withValue(value);
    }
}
