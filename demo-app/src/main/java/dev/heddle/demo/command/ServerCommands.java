package dev.heddle.demo.command;

import dev.heddle.demo.bytes.Glob;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.protocol.ReplyWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Commands about the server. */
@Component
final class ServerCommands implements CommandFamily {

    private final ServerInfo info;
    private final ServerConfig config;

    ServerCommands(ServerInfo info, ServerConfig config) {
        this.info = info;
        this.config = config;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("info", -1, Keys.NONE, this::info), new Command("config", -2, Keys.NONE, this::config));
    }

    private void info(Call call) throws IOException {
        List<String> sections = call.arguments().stream()
                .skip(1)
                .map(name -> new String(name, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT))
                .toList();
        call.reply().verbatim(info.describe(sections));
    }

    private void config(Call call) throws IOException {
        if (!call.is(1, "GET")) {
            throw Subcommands.unknown(call);
        }
        Subcommands.checkArity(call, -3);
        Map<String, String> found = new TreeMap<>();
        for (int i = 2; i < call.size(); i++) {
            Glob pattern = Glob.of(call.text(i).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1));
            config.parameters().forEach((name, value) -> {
                if (pattern.matches(name.getBytes(StandardCharsets.UTF_8))) {
                    found.put(name, value);
                }
            });
        }
        ReplyWriter reply = call.reply();
        reply.map(found.size());
        for (Map.Entry<String, String> parameter : found.entrySet()) {
            reply.bulk(parameter.getKey());
            reply.bulk(parameter.getValue());
        }
    }
}
