package dev.heddle.demo.command;

import dev.heddle.demo.command.Command.Keys;
import dev.heddle.demo.snapshot.Snapshots;
import dev.heddle.demo.snapshot.Snapshots.Running;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.springframework.stereotype.Component;

/** Commands that write the keys to the file. */
@Component
final class SnapshotCommands implements CommandFamily {

    private final Snapshots snapshots;

    SnapshotCommands(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public List<Command> commands() {
        return List.of(
                new Command("save", 1, Keys.NONE, this::save),
                new Command("bgsave", -1, Keys.NONE, this::saveInBackground),
                new Command(
                        "lastsave",
                        1,
                        Keys.NONE,
                        call -> call.reply().integer(snapshots.lastSave().getEpochSecond())));
    }

    /** Keeps only its own client waiting, where Redis keeps all. */
    private void save(Call call) throws IOException {
        try {
            start().done().join();
        } catch (CompletionException failed) {
            throw new CommandException("ERR " + failed.getCause());
        }
        call.reply().ok();
    }

    private void saveInBackground(Call call) throws IOException {
        if (call.size() > 2 || (call.size() == 2 && !call.is(1, "SCHEDULE"))) {
            throw CommandException.syntaxError();
        }
        start();
        call.reply().simple("Background saving started");
    }

    private Running start() {
        return snapshots.start().orElseThrow(() -> new CommandException("ERR Background save already in progress"));
    }
}
