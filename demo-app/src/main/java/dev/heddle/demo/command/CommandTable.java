package dev.heddle.demo.command;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** All commands by name. */
@Component
final class CommandTable {

    private final Map<String, Command> commands = new TreeMap<>();

    CommandTable(List<CommandFamily> families) {
        for (CommandFamily family : families) {
            for (Command command : family.commands()) {
                commands.put(command.name(), command);
            }
        }
    }

    /** Returns a command, whatever the case of the name. */
    Optional<Command> find(String name) {
        return Optional.ofNullable(commands.get(name.toLowerCase(Locale.ROOT)));
    }

    /** Returns all, in order of name. */
    Collection<Command> all() {
        return commands.values();
    }
}
