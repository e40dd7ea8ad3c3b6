package dev.heddle.demo.command;

import dev.heddle.demo.store.Entry;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The options of SET and GETEX: under which condition, and with which end. */
final class ValueOptions {

    /** What decides about a key's end. */
    private enum Lifetime {
        DEFAULT,
        KEEP,
        PERSIST,
        UNTIL
    }

    /** On which keys SET has an effect. */
    private enum Condition {
        ALWAYS,
        IF_ABSENT,
        IF_PRESENT
    }

    private Condition condition = Condition.ALWAYS;
    private Lifetime lifetime = Lifetime.DEFAULT;
    private boolean returnsOld;
    private @Nullable ExpiryUnit unit;
    private int amountIndex;

    private ValueOptions() {}

    static ValueOptions ofSet(Call call) {
        ValueOptions options = new ValueOptions();
        for (int i = 3; i < call.size(); i++) {
            switch (call.text(i).toUpperCase(Locale.ROOT)) {
                case "NX" -> options.only(Condition.IF_ABSENT);
                case "XX" -> options.only(Condition.IF_PRESENT);
                case "GET" -> options.returnsOld = true;
                case "KEEPTTL" -> options.lasts(Lifetime.KEEP);
                default -> options.until(call, i++);
            }
        }
        return options;
    }

    static ValueOptions ofGetEx(Call call) {
        ValueOptions options = new ValueOptions();
        for (int i = 2; i < call.size(); i++) {
            if (call.is(i, "PERSIST")) {
                options.lasts(Lifetime.PERSIST);
            } else {
                options.until(call, i++);
            }
        }
        return options;
    }

    /** Returns whether SET is to answer with what the key stood for before. */
    boolean returnsOld() {
        return returnsOld;
    }

    boolean permits(@Nullable Entry current) {
        return switch (condition) {
            case ALWAYS -> true;
            case IF_ABSENT -> current == null;
            case IF_PRESENT -> current != null;
        };
    }

    /**
     * Returns the end that the key is to have, or refuses the one that was asked for.
     *
     * @param otherwise the end when nothing was said
     * @param current the end that it has
     */
    long end(Call call, long now, long otherwise, long current) {
        return switch (lifetime) {
            case DEFAULT -> otherwise;
            case KEEP -> current;
            case PERSIST -> Entry.NEVER;
            case UNTIL -> requestedEnd(call, now);
        };
    }

    /** Refuses an end that cannot be. */
    void checkEnd(Call call, long now) {
        if (lifetime == Lifetime.UNTIL) {
            requestedEnd(call, now);
        }
    }

    private long requestedEnd(Call call, long now) {
        if (unit == null) {
            throw new IllegalStateException("No end was asked for");
        }
        return unit.positiveEnd(call.integer(amountIndex), now, call.command().name());
    }

    private void only(Condition wanted) {
        if (condition != Condition.ALWAYS && condition != wanted) {
            throw CommandException.syntaxError();
        }
        condition = wanted;
    }

    private void lasts(Lifetime wanted) {
        if (lifetime != Lifetime.DEFAULT && lifetime != wanted) {
            throw CommandException.syntaxError();
        }
        lifetime = wanted;
    }

    private void until(Call call, int index) {
        ExpiryUnit wanted = unitOf(call.text(index));
        if (index + 1 == call.size() || (unit != null && unit != wanted)) {
            throw CommandException.syntaxError();
        }
        lasts(Lifetime.UNTIL);
        unit = wanted;
        amountIndex = index + 1;
    }

    private static ExpiryUnit unitOf(String word) {
        for (ExpiryUnit candidate : ExpiryUnit.values()) {
            if (candidate.name().equalsIgnoreCase(word)) {
                return candidate;
            }
        }
        throw CommandException.syntaxError();
    }
}
