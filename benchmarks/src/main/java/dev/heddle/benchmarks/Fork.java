package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of a peer that measures one row, or says its version, and ends. */
final class Fork {

    private static final int LIMIT_SECONDS = 120;
    private static final int MEASURED_MILLIS = 500;
    private static final int MIN_WARM_UP_RUNS = 3;

    /** What a process with as many connections needs besides. */
    private static final int SPARE_DESCRIPTORS = 300;

    private static final List<String> ON_ONE_PROCESSOR = List.of("taskset", "--cpu-list", "0");

    private final Options options;

    Fork(Options options) {
        this.options = options;
    }

    Outcome measure(Row row, Program peer) throws IOException, InterruptedException {
        if (row.workload() == Workload.CONNECTIONS) {
            return measureConnections(row, peer);
        }
        Row.Size size = row.size(options.smoke());
        List<String> arguments = new ArrayList<>(List.of(
                row.workload().id(),
                Integer.toString(size.count()),
                Integer.toString(size.inner()),
                Integer.toString(options.smoke() ? 0 : warmUpMillis(row, peer)),
                Integer.toString(options.smoke() ? 0 : MIN_WARM_UP_RUNS),
                Integer.toString(options.smoke() ? 0 : MEASURED_MILLIS),
                Integer.toString(options.runs())));
        if (!row.workload().isApart()) {
            return run(command(row, peer), arguments);
        }
        try (Server server = Server.start(peer, flags(row), row.workload())) {
            arguments.add(Integer.toString(server.port()));
            return run(command(row, peer), arguments);
        } catch (IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** Where the compiler has to share the only processor it takes twice as long. */
    private static int warmUpMillis(Row row, Program peer) {
        int usual = peer.warmUpMillis(row.workload());
        return row.isOnOneProcessor() ? 2 * usual : usual;
    }

    private Outcome measureConnections(Row row, Program peer) throws InterruptedException {
        Row.Size size = row.size(options.smoke());
        if (Machine.maxDescriptors() < size.count() + SPARE_DESCRIPTORS) {
            return new Outcome.Lacking("descriptors");
        }
        try (Server server = Server.start(peer, flags(row), row.workload())) {
            return new OpenConnections(size, options.smoke() ? 0 : peer.warmUpMillis(row.workload())).measure(server);
        } catch (IOException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    String version(Program peer) throws IOException, InterruptedException {
        return run(peer.command(JvmFlags.SMOKE), List.of("version")) instanceof Outcome.Version(String version)
                ? version
                : "unknown";
    }

    private JvmFlags flags(Row row) {
        if (options.smoke()) {
            return JvmFlags.SMOKE;
        }
        if (row.workload().isApart()) {
            // Two such JVMs have to fit.
            return JvmFlags.SMALL.with(options.jvmFlags());
        }
        return (row.isMemory() ? JvmFlags.MEMORY : JvmFlags.TIME).with(options.jvmFlags());
    }

    private List<String> command(Row row, Program peer) {
        List<String> command = new ArrayList<>();
        if (row.isOnOneProcessor() && !options.smoke()) {
            command.addAll(ON_ONE_PROCESSOR);
        }
        command.addAll(peer.command(flags(row)));
        return command;
    }

    private static Outcome run(List<String> program, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        // By its handle: the process itself would also close the stream that is read below.
        process.onExit().orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).exceptionally(late -> {
            process.toHandle().destroyForcibly();
            return process;
        });
        List<String> lines;
        try (BufferedReader output = process.inputReader()) {
            lines = output.lines().toList();
        }
        int status = process.waitFor();
        return status == 0
                ? Outcome.parse(lines)
                : new Outcome.Failed("ended with status %d: %s".formatted(status, String.join(" / ", lines)));
    }
}
