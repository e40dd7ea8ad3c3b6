package dev.heddle.demo.command;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.client.Clients;
import dev.heddle.demo.protocol.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Executes requests: finds the command, checks what Redis checks before any command, and writes what it answers. */
@Component
public final class CommandExecutor {

    /** How much of an unknown command is repeated in the error. */
    private static final int QUOTED_LENGTH = 128;

    private static final Set<String> ALLOWED_WHILE_LISTENING =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping", "quit", "reset");

    private final CommandTable commands;
    private final Clients clients;

    CommandExecutor(CommandTable commands, Clients clients) {
        this.commands = commands;
        this.clients = clients;
    }

    /**
     * Executes a request.
     *
     * @param client who has sent it
     * @param request the arguments, at least one
     * @param reply where the answer goes
     * @throws IOException if the client is gone
     */
    public void execute(Client client, List<byte[]> request, ReplyWriter reply) throws IOException {
        Optional<Command> found = commands.find(text(request.getFirst()));
        if (found.isEmpty()) {
            reply.error(unknown(request));
            return;
        }
        Command command = found.get();
        clients.countCommand();
        client.used(command.name());
        try {
            check(command, request, client);
            command.handler().handle(new Call(command, request, client, reply));
        } catch (CommandException refused) {
            reply.error(refused.reply());
        }
    }

    private static void check(Command command, List<byte[]> request, Client client) {
        if (!command.accepts(request.size())) {
            throw CommandException.wrongArity(command.name());
        }
        if (client.isListeningOnly() && !ALLOWED_WHILE_LISTENING.contains(command.name())) {
            throw new CommandException("ERR Can't execute '" + command.name()
                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
        }
    }

    private static String unknown(List<byte[]> request) {
        StringBuilder arguments = new StringBuilder();
        for (byte[] argument : request.subList(1, request.size())) {
            int room = QUOTED_LENGTH - arguments.length();
            if (room <= 0) {
                break;
            }
            arguments.append('\'').append(start(argument, room)).append("' ");
        }
        return "ERR unknown command '" + start(request.getFirst(), QUOTED_LENGTH) + "', with args beginning with: "
                + arguments;
    }

    private static String start(byte[] argument, int length) {
        String text = text(argument);
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static String text(byte[] argument) {
        return new String(argument, StandardCharsets.ISO_8859_1);
    }
}
