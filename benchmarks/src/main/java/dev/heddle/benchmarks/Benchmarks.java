package dev.heddle.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Runs every row on every peer and writes the report.
 *
 * <p>Arguments: the folder of the benchmarks, then the options of {@code benchmarks/run}.
 */
public final class Benchmarks {

    private final Options options;
    private final List<Program> peers;
    private final CorePlacement placement;
    private final Report report;

    Benchmarks(Options options, List<Program> peers) throws IOException, InterruptedException {
        this.options = options;
        this.peers = peers.stream().filter(options::wants).toList();
        this.placement = options.smoke() ? CorePlacement.ofNoMatter() : CorePlacement.ofThisMachine();
        this.report = new Report(options, placement);
    }

    public static void main(String[] args)
            throws IOException, InterruptedException, ExecutionException, RunnerException {
        Path folder = Path.of(args[0]);
        Options options;
        try {
            options = Options.parse(folder, Arrays.asList(args).subList(1, args.length));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Report report = new Benchmarks(options, Programs.all(folder.resolve("peers"))).run();
        if (options.partial()) {
            System.out.print(report.tables());
        } else {
            Files.writeString(folder.resolve("RESULTS.md"), report.toMarkdown());
        }
        System.exit(report.hasFailures() ? 1 : 0);
    }

    Report run() throws IOException, InterruptedException, ExecutionException, RunnerException {
        Fork fork = new Fork(options);
        // One process at a time, but where nothing is measured really.
        int atATime = options.smoke() ? Runtime.getRuntime().availableProcessors() : 1;
        try (ExecutorService measuring = Executors.newFixedThreadPool(atATime)) {
            for (Row row : Rows.ALL) {
                if (options.wants(row)) {
                    report.add(row, measure(row, fork, measuring));
                }
            }
        }
        for (MicroRow row : MicroRow.ALL) {
            if (options.wants(row)) {
                System.err.println(row.name());
                report.add(row.measure(options, peers));
            }
        }
        for (Program peer : peers) {
            Optional<String> absence = peer.absence().map(why -> "absent: " + why);
            report.addVersion(peer, absence.isPresent() ? absence.get() : fork.version(peer));
        }
        return report;
    }

    /** The peers take turns, fork by fork: whatever else the machine does meets all of them. */
    private List<Cell> measure(Row row, Fork fork, ExecutorService measuring)
            throws InterruptedException, ExecutionException {
        List<Cell> cells = peers.stream()
                .filter(peer -> row.peers().contains(peer.id()))
                .map(peer -> new Cell(row, peer))
                .toList();
        for (int i = 1; i <= options.processes(row); i++) {
            int process = i;
            List<Callable<Void>> turn = cells.stream()
                    .<Callable<Void>>map(cell -> () -> measure(cell, process, fork))
                    .toList();
            for (Future<Void> measured : measuring.invokeAll(turn)) {
                measured.get();
            }
        }
        return cells;
    }

    private @Nullable Void measure(Cell cell, int process, Fork fork) throws IOException, InterruptedException {
        System.err.printf("%s: %s, process %d%n", cell.row().name(), cell.peer().title(), process);
        cell.measure(fork, placement);
        return null;
    }
}
