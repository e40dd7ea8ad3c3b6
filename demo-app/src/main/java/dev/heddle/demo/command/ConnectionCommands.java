package dev.heddle.demo.command;

import dev.heddle.demo.client.Client;
import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.protocol.ReplyWriter;
import dev.heddle.demo.protocol.RespVersion;
import dev.heddle.demo.pubsub.Topics;
import java.io.IOException;
import java.util.List;
import org.springframework.stereotype.Component;

/** Commands about the connection itself. */
@Component
final class ConnectionCommands implements CommandFamily {

    private final Topics topics;

    ConnectionCommands(Topics topics) {
        this.topics = topics;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("ping", -1, Keys.NONE, ConnectionCommands::ping),
                new Command("echo", 2, Keys.NONE, call -> call.reply().bulk(call.bytes(1))),
                new Command("quit", -1, Keys.NONE, ConnectionCommands::quit),
                new Command("select", 2, Keys.NONE, ConnectionCommands::select),
                new Command("auth", -2, Keys.NONE, ConnectionCommands::authenticate),
                new Command("hello", -1, Keys.NONE, ConnectionCommands::hello),
                new Command("reset", 1, Keys.NONE, this::reset),
                new Command("post", -1, Keys.NONE, ConnectionCommands::hangUp),
                new Command("host:", -1, Keys.NONE, ConnectionCommands::hangUp));
    }

    private static void ping(Call call) throws IOException {
        if (call.size() > 2) {
            throw CommandException.wrongArity("ping");
        }
        ReplyWriter reply = call.reply();
        if (call.client().isListeningOnly()) {
            reply.array(2);
            reply.bulk("pong");
            reply.bulk(call.size() == 2 ? call.bytes(1) : new byte[0]);
        } else if (call.size() == 2) {
            reply.bulk(call.bytes(1));
        } else {
            reply.simple("PONG");
        }
    }

    private static void quit(Call call) throws IOException {
        call.client().leave();
        call.reply().ok();
    }

    /** A browser that a web page has talked into sending commands: this is the first line of its request, or the next. */
    private static void hangUp(Call call) {
        call.client().leave();
    }

    private static void select(Call call) throws IOException {
        long index = call.integer(1);
        if (index != (int) index) {
            throw new CommandException("ERR value is out of range, value must between -2147483648 and 2147483647");
        }
        if (index != 0) {
            throw new CommandException("ERR DB index is out of range");
        }
        call.reply().ok();
    }

    private static void authenticate(Call call) throws IOException {
        if (call.size() > 3) {
            throw CommandException.syntaxError();
        }
        if (call.size() == 2) {
            throw new CommandException("ERR AUTH <password> called without any password configured for the default"
                    + " user. Are you sure your configuration is correct?");
        }
        checkUser(call.text(1));
        call.reply().ok();
    }

    private static void hello(Call call) throws IOException {
        Client client = call.client();
        RespVersion version = call.size() > 1 ? requestedVersion(call) : client.version();
        for (int i = 2; i < call.size(); i++) {
            if (call.is(i, "AUTH") && i + 2 < call.size()) {
                checkUser(call.text(i + 1));
                i += 2;
            } else if (call.is(i, "SETNAME") && i + 1 < call.size()) {
                client.name(ClientNames.checked(call.text(++i)));
            } else {
                throw new CommandException("ERR Syntax error in HELLO option '" + call.text(i) + "'");
            }
        }
        client.version(version);
        ReplyWriter reply = call.reply();
        reply.use(version);
        reply.map(7);
        reply.bulk("server");
        reply.bulk("redis");
        reply.bulk("version");
        reply.bulk(ServerInfo.REDIS_VERSION);
        reply.bulk("proto");
        reply.integer(version.number());
        reply.bulk("id");
        reply.integer(client.id());
        reply.bulk("mode");
        reply.bulk("standalone");
        reply.bulk("role");
        reply.bulk("master");
        reply.bulk("modules");
        reply.array(0);
    }

    private void reset(Call call) throws IOException {
        Client client = call.client();
        client.unsubscribeAll(topics);
        client.inbox().writeTo(call.reply());
        client.name("");
        client.version(RespVersion.RESP2);
        call.reply().use(RespVersion.RESP2);
        call.reply().simple("RESET");
    }

    private static RespVersion requestedVersion(Call call) {
        long number = call.integer(1, "ERR Protocol version is not an integer or out of range");
        for (RespVersion version : RespVersion.values()) {
            if (version.number() == number) {
                return version;
            }
        }
        throw new CommandException("NOPROTO unsupported protocol version");
    }

    /** There are no passwords here, and without one the default user may have any. */
    private static void checkUser(String user) {
        if (!user.equals("default")) {
            throw new CommandException("WRONGPASS invalid username-password pair or user is disabled.");
        }
    }
}
