package dev.heddle.demo.command;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.bytes.Glob;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.pubsub.Topics;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** PUBLISH, and PUBSUB that tells who would receive it. */
@Component
final class PublishCommands implements CommandFamily {

    private final Topics topics;

    PublishCommands(Topics topics) {
        this.topics = topics;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("publish", 3, Keys.NONE, this::publish), new Command("pubsub", -2, Keys.NONE, this::tell));
    }

    private void publish(Call call) throws IOException {
        int receivers = topics.publish(call.key(1), call.key(2));
        // A client that hears itself hears the message before it learns how many did.
        call.client().inbox().writeTo(call.reply());
        call.reply().integer(receivers);
    }

    private void tell(Call call) throws IOException {
        switch (call.text(1).toLowerCase(Locale.ROOT)) {
            case "channels" -> {
                if (call.size() > 3) {
                    throw Subcommands.wrongUse(call);
                }
                channels(call);
            }
            case "numsub" -> {
                call.reply().array(2 * (call.size() - 2));
                for (ByteString channel : call.keys(2, 1)) {
                    call.reply().bulk(channel.bytes());
                    call.reply().integer(topics.subscribers(channel));
                }
            }
            case "numpat" -> {
                Subcommands.checkArity(call, 2);
                call.reply().integer(topics.patterns());
            }
            default -> throw Subcommands.unknown(call);
        }
    }

    private void channels(Call call) throws IOException {
        List<ByteString> channels = topics.channels();
        if (call.size() == 3) {
            Glob pattern = Glob.of(call.bytes(2));
            channels = channels.stream()
                    .filter(channel -> pattern.matches(channel.bytes()))
                    .toList();
        }
        call.reply().array(channels.size());
        for (ByteString channel : channels) {
            call.reply().bulk(channel.bytes());
        }
    }
}
