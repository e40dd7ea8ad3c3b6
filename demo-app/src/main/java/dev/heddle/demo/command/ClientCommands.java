package dev.heddle.demo.command;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.client.Clients;
import dev.heddle.demo.command.Command.Keys;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** CLIENT: what clients say of themselves, and what is known of them. */
@Component
final class ClientCommands implements CommandFamily {

    private final Clients clients;

    ClientCommands(Clients clients) {
        this.clients = clients;
    }

    @Override
    public List<Command> commands() {
        return List.of(new Command("client", -2, Keys.NONE, this::client));
    }

    private void client(Call call) throws IOException {
        String subcommand = call.text(1).toLowerCase(Locale.ROOT);
        switch (subcommand) {
            case "id" -> {
                Subcommands.checkArity(call, 2);
                call.reply().integer(call.client().id());
            }
            case "getname" -> {
                Subcommands.checkArity(call, 2);
                getName(call);
            }
            case "setname" -> {
                Subcommands.checkArity(call, 3);
                call.client().name(ClientNames.checked(call.text(2)));
                call.reply().ok();
            }
            case "setinfo" -> {
                Subcommands.checkArity(call, 4);
                setInfo(call);
            }
            case "info" -> {
                Subcommands.checkArity(call, 2);
                call.reply().verbatim(call.client().describe() + "\n");
            }
            case "list" -> call.reply().verbatim(list());
            default -> throw Subcommands.unknown(call);
        }
    }

    private static void getName(Call call) throws IOException {
        String name = call.client().name();
        if (name.isEmpty()) {
            call.reply().absent();
        } else {
            call.reply().bulk(name);
        }
    }

    private static void setInfo(Call call) throws IOException {
        Client client = call.client();
        String attribute = call.text(2);
        String value = call.text(3);
        switch (attribute.toLowerCase(Locale.ROOT)) {
            case "lib-name" -> client.libraryName(ClientNames.checked(value, "lib-name"));
            case "lib-ver" -> client.libraryVersion(ClientNames.checked(value, "lib-ver"));
            default -> throw new CommandException("ERR Unrecognized option '" + attribute + "'");
        }
        call.reply().ok();
    }

    private String list() {
        return clients.all().stream().map(client -> client.describe() + "\n").collect(Collectors.joining());
    }
}
