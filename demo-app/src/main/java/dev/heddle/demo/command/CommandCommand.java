package dev.heddle.demo.command;

import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.protocol.ReplyWriter;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** COMMAND: what clients ask to learn where the keys are in a command. */
@Component
final class CommandCommand implements CommandFamily {

    /** The table is made of the families, of which this is one: it can only be asked for later. */
    private final ObjectProvider<CommandTable> table;

    CommandCommand(ObjectProvider<CommandTable> table) {
        this.table = table;
    }

    @Override
    public List<Command> commands() {
        return List.of(new Command("command", -1, Keys.NONE, this::command));
    }

    private void command(Call call) throws IOException {
        Collection<Command> all = table.getObject().all();
        ReplyWriter reply = call.reply();
        switch (call.size() == 1 ? "" : call.text(1).toLowerCase(Locale.ROOT)) {
            case "" -> {
                reply.array(all.size());
                for (Command command : all) {
                    describe(command, reply);
                }
            }
            case "count" -> {
                Subcommands.checkArity(call, 2);
                reply.integer(all.size());
            }
            case "info" -> info(call, all);
            // No texts here, and redis-cli does without.
            case "docs" -> reply.map(0);
            default -> throw Subcommands.unknown(call);
        }
    }

    private void info(Call call, Collection<Command> all) throws IOException {
        ReplyWriter reply = call.reply();
        reply.array(call.size() == 2 ? all.size() : call.size() - 2);
        if (call.size() == 2) {
            for (Command command : all) {
                describe(command, reply);
            }
        }
        for (int i = 2; i < call.size(); i++) {
            Optional<Command> command = table.getObject().find(call.text(i));
            if (command.isPresent()) {
                describe(command.get(), reply);
            } else {
                reply.absent();
            }
        }
    }

    private static void describe(Command command, ReplyWriter reply) throws IOException {
        reply.array(6);
        reply.bulk(command.name());
        reply.integer(command.arity());
        reply.set(0);
        reply.integer(command.keys().first());
        reply.integer(command.keys().last());
        reply.integer(command.keys().step());
    }
}
