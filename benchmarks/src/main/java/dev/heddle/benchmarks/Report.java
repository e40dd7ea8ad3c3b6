package dev.heddle.benchmarks;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** The results as a Markdown table, with what is needed to judge and repeat them. */
final class Report {

    private final StringBuilder table = new StringBuilder();
    private final int rounds;

    Report(int rounds) {
        this.rounds = rounds;
    }

    void add(Workload workload, List<Peer> peers, List<Samples> samples) {
        Samples ours = samples.getFirst();
        for (int i = 0; i < peers.size(); i++) {
            Samples theirs = samples.get(i);
            String row = "| %s | %s | %s | %s – %s | %s |%n"
                    .formatted(
                            i == 0 ? workload.name() : "",
                            peers.get(i).name(),
                            time(theirs.median()),
                            time(theirs.min()),
                            time(theirs.max()),
                            i == 0 ? "" : "%.2f".formatted(ours.median() / theirs.median()));
            table.append(row);
            System.out.print(row);
        }
    }

    private static String time(double nanos) {
        return nanos >= 100_000
                ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
                : String.format(Locale.ROOT, "%.0f ns", nanos);
    }

    String toMarkdown() {
        return """
                # Results

                Written by `./mvnw -q -Pbenchmark -pl benchmarks -am -DskipTests verify`. Each workload runs on all peers
                in turn, in one process, %d times after a warm-up; times are medians an operation, with the fastest and the
                slowest run beside them. The last column is Heddle's median divided by the peer's: below 1, Heddle is
                faster. The machine is shared, so believe the ratios more than the times.

                - date: %s
                - machine: %d processors, %s %s
                - Java: %s %s

                | workload | runtime | median | fastest – slowest | Heddle ÷ it |
                |---|---|---:|---:|---:|
                %s""".formatted(
                        rounds,
                        LocalDate.now(java.time.ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("os.name"),
                        System.getProperty("os.arch"),
                        System.getProperty("java.vm.name"),
                        Runtime.version(),
                        table);
    }
}
