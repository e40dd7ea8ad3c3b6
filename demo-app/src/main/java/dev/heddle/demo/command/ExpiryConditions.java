package dev.heddle.demo.command;

import dev.heddle.demo.store.Entry;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The options of EXPIRE and its kin: on which keys it has an effect. A key without an end lasts longer than any other. */
final class ExpiryConditions {

    private enum Condition {
        NX,
        XX,
        GT,
        LT
    }

    private final Set<Condition> conditions = EnumSet.noneOf(Condition.class);

    private ExpiryConditions() {}

    static ExpiryConditions of(Call call) {
        ExpiryConditions result = new ExpiryConditions();
        for (int i = 3; i < call.size(); i++) {
            result.add(call.text(i));
        }
        result.checkCompatible();
        return result;
    }

    boolean permit(Entry current, long end) {
        return conditions.stream().allMatch(condition -> switch (condition) {
            case NX -> !current.expires();
            case XX -> current.expires();
            case GT -> current.expires() && end > current.expiresAt();
            case LT -> !current.expires() || end < current.expiresAt();
        });
    }

    private void add(String option) {
        for (Condition condition : Condition.values()) {
            if (condition.name().equals(option.toUpperCase(Locale.ROOT))) {
                conditions.add(condition);
                return;
            }
        }
        throw new CommandException("ERR Unsupported option " + option);
    }

    private void checkCompatible() {
        if (conditions.contains(Condition.NX) && conditions.size() > 1) {
            throw new CommandException("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (conditions.contains(Condition.GT) && conditions.contains(Condition.LT)) {
            throw new CommandException("ERR GT and LT options at the same time are not compatible");
        }
    }
}
