package dev.heddle.benchmarks;

import dev.heddle.benchmarks.micro.CurrentTask;
import dev.heddle.benchmarks.micro.SpawnAndAbort;
import dev.heddle.benchmarks.micro.SpawnAndJoin;
import dev.heddle.benchmarks.micro.TimerInsertAndCancel;
import dev.heddle.benchmarks.micro.YieldAlone;
import dev.heddle.benchmarks.peer.JvmPeers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * A line of the report that JMH measures.
 *
 * @param name what it is called there
 * @param benchmark the class whose methods are the peers
 */
record MicroRow(String name, Class<?> benchmark) {

    static final List<MicroRow> ALL = List.of(
            new MicroRow("spawn + join of one task from outside", SpawnAndJoin.class),
            new MicroRow("spawn + abort of a sleeping task from outside", SpawnAndAbort.class),
            new MicroRow("yield of a lone task", YieldAlone.class),
            new MicroRow("timer insert + cancel, JMH", TimerInsertAndCancel.class),
            new MicroRow("current task", CurrentTask.class));

    private static final Map<String, JvmPeers> PEERS_BY_METHOD = Map.of(
            "heddle", JvmPeers.HEDDLE,
            "virtualThreads", JvmPeers.VIRTUAL_THREADS,
            "forkJoin", JvmPeers.FORK_JOIN);

    private static final int FORKS = 2;
    private static final int WARM_UP_SECONDS = 2;
    private static final int ITERATIONS = 5;
    private static final TimeValue ITERATION = TimeValue.milliseconds(500);

    Comparison measure(Options options, List<Program> peers) throws RunnerException {
        List<Comparison.Entry> entries = new ArrayList<>();
        for (Program peer : peers) {
            for (Map.Entry<String, JvmPeers> method : PEERS_BY_METHOD.entrySet()) {
                if (method.getValue().id().equals(peer.id()) && has(method.getKey())) {
                    entries.add(new Comparison.Entry(peer, measure(options, method.getKey()), Optional.empty()));
                }
            }
        }
        return new Comparison(Row.Section.MICRO, name, JvmPeers.HEDDLE.id(), false, entries);
    }

    private boolean has(String method) {
        return Arrays.stream(benchmark.getDeclaredMethods())
                .anyMatch(declared -> declared.getName().equals(method));
    }

    private Samples measure(Options options, String method) throws RunnerException {
        ChainedOptionsBuilder builder = new OptionsBuilder()
                .include("^" + Pattern.quote(benchmark.getName() + "." + method) + "$")
                .timeUnit(TimeUnit.NANOSECONDS)
                .verbosity(VerboseMode.SILENT)
                .shouldFailOnError(true);
        if (options.smoke()) {
            builder.mode(Mode.SingleShotTime).forks(0).warmupIterations(0).measurementIterations(1);
        } else {
            builder.mode(Mode.AverageTime)
                    .jvmArgs(JvmFlags.TIME.with(options.jvmFlags()).list().toArray(String[]::new))
                    .forks(FORKS)
                    .warmupIterations(WARM_UP_SECONDS)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(ITERATIONS)
                    .measurementTime(ITERATION);
        }
        return Samples.of(scores(new Runner(builder.build()).run()), 1);
    }

    private static List<Double> scores(Collection<RunResult> results) {
        List<Double> scores = new ArrayList<>();
        for (RunResult result : results) {
            for (BenchmarkResult fork : result.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    scores.add(iteration.getPrimaryResult().getScore());
                }
            }
        }
        return scores;
    }
}
