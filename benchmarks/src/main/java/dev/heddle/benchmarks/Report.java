package dev.heddle.benchmarks;

import dev.heddle.benchmarks.Row.Section;
import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The results as Markdown, with what is needed to judge and repeat them. */
final class Report {

    private final Options options;
    private final CorePlacement placement;
    private final String load;
    private final String commit;
    private final LocalDate date = LocalDate.now(ZoneOffset.UTC);
    private final List<Comparison> comparisons = new ArrayList<>();
    private final Map<String, String> versions = new LinkedHashMap<>();
    private boolean failures;

    /** Begins the report of what is about to be measured: a run takes hours, in which the folder may change. */
    Report(Options options, CorePlacement placement) throws IOException, InterruptedException {
        this.options = options;
        this.placement = placement;
        this.load = Machine.load();
        this.commit = Machine.commit(options.folder());
    }

    void add(Row row, List<Cell> cells) {
        failures |= cells.stream().anyMatch(cell -> cell.obstacle().orElse(null) instanceof Outcome.Failed);
        for (Figure figure : Figure.of(row.workload())) {
            comparisons.add(compare(row, figure, cells));
        }
    }

    void add(Comparison comparison) {
        comparisons.add(comparison);
    }

    private Comparison compare(Row row, Figure figure, List<Cell> cells) {
        List<Comparison.Entry> entries = cells.stream()
                .map(cell -> new Comparison.Entry(
                        cell.peer(),
                        cell.samples(figure, options.smoke()),
                        cell.obstacle().map(Report::describe)))
                .toList();
        return new Comparison(row.section(), row.name() + figure.suffix(), row.ours(), figure.isBytes(), entries);
    }

    private static String describe(Outcome obstacle) {
        return switch (obstacle) {
            case Outcome.Absent(String why) -> "absent: " + why;
            case Outcome.Lacking(String what) -> "– (no " + what + ")";
            case Outcome.Failed(String how) -> "failed: " + how.replace("|", "\\|");
            case Outcome.Measured measured -> throw new IllegalArgumentException(measured.toString());
            case Outcome.Version version -> throw new IllegalArgumentException(version.toString());
        };
    }

    void addVersion(Program peer, String version) {
        versions.put(peer.title(), version);
    }

    boolean hasFailures() {
        return failures;
    }

    List<Comparison> comparisons() {
        return comparisons;
    }

    /** Returns the tables of all sections. */
    String tables() {
        return Arrays.stream(Section.values())
                .map(this::tables)
                .filter(tables -> !tables.isEmpty())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    /** Returns the ratios at a glance, then every figure; nothing if there is none. */
    private String tables(Section section) {
        List<Comparison> chosen = comparisons.stream()
                .filter(comparison -> comparison.section() == section)
                .toList();
        return chosen.isEmpty() ? "" : ratios(chosen) + System.lineSeparator() + figures(chosen);
    }

    private static String ratios(List<Comparison> chosen) {
        Map<String, String> titles = new LinkedHashMap<>();
        for (Comparison comparison : chosen) {
            for (Comparison.Entry entry : comparison.theirs()) {
                titles.putIfAbsent(entry.peer().id(), entry.peer().title());
            }
        }
        StringBuilder table = new StringBuilder("| ours ÷ theirs | Heddle |");
        titles.values().forEach(title -> table.append(" ÷ ").append(title).append(" |"));
        table.append("%n|---|---:|%s%n".formatted("---:|".repeat(titles.size())));
        for (Comparison comparison : chosen) {
            table.append("| %s | %s |".formatted(comparison.name(), comparison.ourMedian()));
            titles.keySet().forEach(id -> table.append(" %s |".formatted(comparison.ratioTo(id))));
            table.append("%n".formatted());
        }
        return table.toString();
    }

    private static String figures(List<Comparison> chosen) {
        StringBuilder table = new StringBuilder("""
                | workload | runtime | median | fastest – slowest | samples | ours ÷ it |
                |---|---|---:|---:|---:|---:|
                """);
        chosen.forEach(comparison -> table.append(comparison.lines()));
        return table.toString();
    }

    String toMarkdown() throws IOException {
        StringBuilder versionLines = new StringBuilder();
        versions.forEach((title, version) -> versionLines.append("- %s: %s%n".formatted(title, version)));
        return """
                # Results

                Written by `benchmarks/run`. A row runs on all its peers back to back, each in a process of its own, %d
                processes a peer, which take turns: the first of each peer, then the second of each. A process warms up
                (2 s in a JVM, 6 s if it has connections, 0.5 s elsewhere) and then measures for half a second, but at least %d runs. Times are
                medians over the runs of all processes, of a task or operation where the row counts them, else of the
                whole run; beside them are the fastest and the slowest run. A ratio is our median divided by the peer's:
                below 1, Heddle is faster, or smaller.

                The host may move a virtual machine's two processors to cores that share no cache: what one hands to the
                other then takes several times as long, for every peer. A process is measured while they are near each
                other, and once more if they were not when it ended.

                - command: `%s`
                - date: %s
                - machine: %s
                - load average at the start: %s
                - processors: %s
                - Heddle: commit %s, %s
                %s- JVM flags, the same for all: `%s`
                - JVM flags of the rows about memory: `%s`

                ## Peers

                The task of a peer is what its users would take: a virtual thread; a `CompletableFuture`; a coroutine
                launched on `Dispatchers.Default` without a parent; a `Mono` subscribed to on `Schedulers.parallel()`; a
                goroutine. What waits for it is its handle, or a `WaitGroup` in Go and `flatMap` in Reactor, which have none.
                `ForkJoinPool` and Reactor have no sleeping tasks, only tasks that start late. Virtual threads and
                `CompletableFuture` have no pool for blocking calls: theirs is a `ThreadPoolExecutor` with the limits of
                Tokio's and Heddle's, 512 threads and no bound on the queue. In the ping-pong, Heddle and virtual threads
                share one mailbox class; Tokio has `mpsc` of capacity 1, Kotlin and Go their channels without a buffer.
                In the channel rows, virtual threads have `ArrayBlockingQueue`, the others their own channels; Tokio's
                `mpsc` has one receiver, so several share it behind a `tokio::sync::Mutex`.
                A timer is set and cancelled by `Time.timeout`, `orTimeout`, `withTimeout`, `Mono.delay`, a polled `Sleep`,
                `AfterFunc`. What fires over a second are sleeping tasks in Heddle and Tokio, callbacks in the other two;
                a JVM collects its garbage before it measures how late they are;
                8 threads that set and cancel at once are the blocking pool's in Heddle, ordinary ones elsewhere.

                An echo is a message of 64 bytes that a task of the client sends and a task of the server sends back, over
                loopback, on connections that were opened after the warm-up; the time is that of one round trip divided by
                how many go on at once. A stream is 64 KiB after 64 KiB sent without waiting while what comes back is
                read. Client and server share a process and its threads, or are two processes of the same peer, whose
                JVMs then have 1 GiB each. Virtual threads use `Socket`; Netty has an event loop a processor.
                Its server and its client both give their connections to the loops in turn, so that in two processes each
                loop of the one talks to a single loop of the other; unpaired, the client's loops are drawn by chance.
                Under TLS 1.3, with AES-GCM, the peers on a JVM have the JDK's own engine: `TlsStream`, `SSLSocket`,
                `SslHandler`. Tokio has rustls, Go its own. Hands are shaken before the time begins.

                Open connections are held by a server of the peer, in a process of its own; their client is the same for
                all, one thread that opens them one after the other, then sends a message over each and reads the answers.
                Its share is in the times of both. What a connection takes is told after all have echoed, per connection:
                memory of the process, so without what the kernel keeps for it. Idle is a server for 3 s after that.

                %s
                ## Ways to carry virtual threads

                (a), (b) and (c) are virtual threads on one shared queue and two threads, a virtual thread a task; they
                differ in the scheduler object that the JDK is given. Heddle gives each fiber its own, as (a), but has a
                fiber run task after task: its spawn row against (a) is what that saves.

                %s
                ## What observability costs

                Each task notes when it was spawned, and each worker counts what it does; beside it the same, switched off by
                `-Dheddle.observability=off`. Each process has one processor, by `taskset`, and twice as long to warm up, and
                there are five times as many of them as for the other rows: what two processors hand to each other varies by
                far more than this.

                %s
                ## Micro-benchmarks

                By JMH: average time, 2 processes, 2 s of warm-up, 5 iterations of 0.5 s each. The lone yield, the timer and
                the current task are measured inside a task.

                %s""".formatted(
                        options.forks(),
                        options.runs(),
                        ("benchmarks/run " + options.command()).strip(),
                        date,
                        Machine.description(),
                        load,
                        placement.description(),
                        commit,
                        Optional.ofNullable(System.getProperty("java.vm.name")).orElse("unknown JVM"),
                        versionLines,
                        JvmFlags.TIME.with(options.jvmFlags()),
                        JvmFlags.MEMORY.with(options.jvmFlags()),
                        tables(Section.PEERS),
                        tables(Section.CARRIERS),
                        tables(Section.OBSERVABILITY),
                        tables(Section.MICRO));
    }
}
