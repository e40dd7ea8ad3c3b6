package dev.heddle.demo.command;

import java.util.Locale;

/** What is the same for all commands whose first argument says what to do. */
final class Subcommands {

    private Subcommands() {}

    /** Refuses another number of arguments; negative for that many or more. */
    static void checkArity(Call call, int arity) {
        if (!Command.accepts(arity, call.size())) {
            throw CommandException.wrongArity(
                    call.command().name() + "|" + call.text(1).toLowerCase(Locale.ROOT));
        }
    }

    static CommandException wrongUse(Call call) {
        return new CommandException("ERR unknown subcommand or wrong number of arguments for '" + call.text(1)
                + "'. Try " + call.command().name().toUpperCase(Locale.ROOT) + " HELP.");
    }

    static CommandException unknown(Call call) {
        return new CommandException("ERR unknown subcommand '" + call.text(1) + "'. Try "
                + call.command().name().toUpperCase(Locale.ROOT) + " HELP.");
    }
}
