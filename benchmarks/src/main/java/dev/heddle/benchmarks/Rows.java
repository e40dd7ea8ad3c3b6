package dev.heddle.benchmarks;

import dev.heddle.benchmarks.Row.Section;
import dev.heddle.benchmarks.Row.Size;
import dev.heddle.benchmarks.Row.Unit;
import dev.heddle.benchmarks.peer.Workload;
import java.util.List;
import java.util.stream.Stream;

/** The rows of the report. */
final class Rows {

    private static final String HEDDLE = "heddle";
    private static final List<String> RUNTIMES =
            List.of(HEDDLE, "virtual-threads", "fork-join", "kotlin", "reactor", "tokio", "go");
    private static final String CURRENT_THREAD = "heddle-current-thread";
    private static final List<String> CURRENT_THREADS = List.of(CURRENT_THREAD, "tokio-current-thread");
    private static final List<String> OBSERVED = List.of(HEDDLE, "heddle-unobserved");
    private static final List<String> CARRIERS =
            List.of(HEDDLE, "virtual-threads", "executor-each", "shared-executor", "shared-pool");

    private static final List<String> TIMERS = List.of(HEDDLE, "netty-timer", "scheduled-pool", "tokio");
    private static final List<String> SOCKETS =
            List.of(HEDDLE, "virtual-threads", "netty-nio", "netty-epoll", "tokio", "go");

    /** Between the processes it matters on which loop a connection is at each end. */
    private static final List<String> SOCKETS_APART =
            Stream.concat(SOCKETS.stream(), Stream.of("netty-epoll-unpaired")).toList();

    private static final List<String> CHANNELS = List.of(HEDDLE, "virtual-threads", "kotlin", "tokio", "go");

    private static final Size TINY = new Size(50, 10);

    private static final Row SLEEP =
            row("10,000 tasks × sleep 1 ms", Workload.SLEEP, new Size(10_000, 1), new Size(50, 1), Unit.RUN);
    private static final Row SPAWN_INSIDE =
            row("spawn + join 1,000,000 from inside", Workload.SPAWN_INSIDE, new Size(1_000_000, 1), TINY, Unit.TASK);
    private static final Row SPAWN_OUTSIDE = row(
            "spawn 1,000,000 from outside, 1 spawner",
            Workload.SPAWN_OUTSIDE,
            new Size(1_000_000, 1),
            new Size(50, 1),
            Unit.TASK);
    private static final Row YIELD =
            row("yield 200 × 1,000", Workload.YIELD, new Size(200, 1_000), TINY, Unit.OPERATION);
    private static final Row PING_PONG =
            row("ping-pong 1,000 pairs × 100", Workload.PING_PONG, new Size(1_000, 100), TINY, Unit.OPERATION);

    static final List<Row> ALL = Stream.concat(
                    Stream.of(
                            SLEEP,
                            SLEEP.with(
                                    Section.PEERS,
                                    "10,000 tasks × sleep 1 ms, current-thread",
                                    CURRENT_THREAD,
                                    CURRENT_THREADS),
                            row(
                                    "100,000 tasks × sleep 10 ms",
                                    Workload.SLEEP,
                                    new Size(100_000, 10),
                                    new Size(50, 2),
                                    Unit.RUN),
                            SPAWN_INSIDE,
                            SPAWN_OUTSIDE,
                            row(
                                    "spawn 1,000,000 from outside, 8 spawners",
                                    Workload.SPAWN_OUTSIDE,
                                    new Size(1_000_000, 8),
                                    new Size(50, 8),
                                    Unit.TASK),
                            row("chained spawn 10,000", Workload.CHAIN, new Size(10_000, 10), TINY, Unit.OPERATION),
                            row("10,000 spawnBlocking", Workload.BLOCKING, new Size(10_000, 1), TINY, Unit.TASK),
                            YIELD,
                            PING_PONG,
                            row("timer insert + cancel", Workload.TIMER, new Size(100_000, 1), TINY, Unit.TASK),
                            timers(
                                    "timer insert + cancel, 8 threads",
                                    Workload.TIMER_THREADS,
                                    new Size(400_000, 8),
                                    new Size(80, 8),
                                    Unit.TASK),
                            timers(
                                    "1,000,000 timers over 1 s, lateness p99.9",
                                    Workload.TIMER_LATENESS,
                                    new Size(1_000_000, 1_000),
                                    TINY,
                                    Unit.RUN),
                            timers(
                                    "1,000,000 timers over 1 s, processor time",
                                    Workload.TIMER_CPU,
                                    new Size(1_000_000, 1_000),
                                    TINY,
                                    Unit.TASK),
                            row(
                                    "1,000,000 sleeping tasks",
                                    Workload.MEMORY,
                                    new Size(1_000_000, 1),
                                    new Size(1_000, 1),
                                    Unit.TASK),
                            echo("echo of 64 bytes, 1 connection", Workload.ECHO, new Size(1, 10_000)),
                            echo("echo of 64 bytes, 64 connections", Workload.ECHO, new Size(64, 500)),
                            echo("echo of 64 bytes, 1,000 connections", Workload.ECHO, new Size(1_000, 50)),
                            echo("stream of 64 KiB and back", Workload.STREAM, new Size(1, 2_000)),
                            echo(
                                    "echo of 64 bytes, 1 connection, two processes",
                                    Workload.ECHO_APART,
                                    new Size(1, 10_000)),
                            echo(
                                    "echo of 64 bytes, 64 connections, two processes",
                                    Workload.ECHO_APART,
                                    new Size(64, 500)),
                            echo(
                                    "echo of 64 bytes, 1,000 connections, two processes",
                                    Workload.ECHO_APART,
                                    new Size(1_000, 50)),
                            echo("stream of 64 KiB and back, two processes", Workload.STREAM_APART, new Size(1, 2_000)),
                            echo("echo of 64 bytes under TLS, 64 connections", Workload.ECHO_TLS, new Size(64, 200)),
                            echo("stream of 64 KiB and back under TLS", Workload.STREAM_TLS, new Size(1, 500)),
                            new Row(
                                    Section.PEERS,
                                    "19,500 open connections",
                                    Workload.CONNECTIONS,
                                    new Size(19_500, 3_000),
                                    new Size(50, 1),
                                    Unit.TASK,
                                    HEDDLE,
                                    SOCKETS),
                            observability(SPAWN_INSIDE),
                            observability(SPAWN_OUTSIDE),
                            carriers(SLEEP),
                            carriers(SPAWN_INSIDE),
                            carriers(YIELD),
                            carriers(PING_PONG)),
                    channels())
            .toList();

    private Rows() {}

    private static Row row(String name, Workload workload, Size full, Size smoke, Unit unit) {
        return new Row(Section.PEERS, name, workload, full, smoke, unit, HEDDLE, RUNTIMES);
    }

    private static Row timers(String name, Workload workload, Size full, Size smoke, Unit unit) {
        return new Row(Section.PEERS, name, workload, full, smoke, unit, HEDDLE, TIMERS);
    }

    private static Row echo(String name, Workload workload, Size full) {
        return new Row(
                Section.PEERS,
                name,
                workload,
                full,
                new Size(Math.min(full.count(), 8), 2),
                Unit.OPERATION,
                HEDDLE,
                workload == Workload.ECHO_APART && full.count() > 1 ? SOCKETS_APART : SOCKETS);
    }

    private static Stream<Row> channels() {
        return Stream.of(Workload.CHANNEL_1_1, Workload.CHANNEL_8_1, Workload.CHANNEL_1_8, Workload.CHANNEL_8_8)
                .flatMap(workload -> Stream.of(1, 64, 1024).map(capacity -> channel(workload, capacity)));
    }

    private static Row channel(Workload workload, int capacity) {
        String shape = workload.id().substring("channel-".length()).replace("-", " → ");
        return new Row(
                Section.PEERS,
                "channel %s, capacity %d".formatted(shape, capacity),
                workload,
                new Size(100_000, capacity),
                new Size(80, capacity),
                Unit.TASK,
                HEDDLE,
                CHANNELS);
    }

    private static Row observability(Row row) {
        return row.with(Section.OBSERVABILITY, row.name() + ", observability", HEDDLE, OBSERVED);
    }

    private static Row carriers(Row row) {
        return row.with(Section.CARRIERS, row.name() + ", carriers", HEDDLE, CARRIERS);
    }
}
