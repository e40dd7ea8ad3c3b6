package dev.heddle.benchmarks;

import java.util.Arrays;
import java.util.List;

/** What came of a process of a peer. */
sealed interface Outcome {

    /**
     * It measured.
     *
     * @param figures the nanoseconds of each run, or the resident bytes
     * @param heap the bytes of live objects, if it measured memory and has a heap
     */
    record Measured(List<Double> figures, List<Double> heap) implements Outcome {}

    /** It said its version. */
    record Version(String version) implements Outcome {}

    /** It could not be started here. */
    record Absent(String why) implements Outcome {}

    /** The peer has no counterpart of the workload. */
    record Lacking(String what) implements Outcome {}

    /** It did not do as it should. */
    record Failed(String how) implements Outcome {}

    /** Reads what a process printed, as {@link dev.heddle.benchmarks.peer.PeerProcess} specifies it. */
    static Outcome parse(List<String> lines) {
        List<Double> figures = List.of();
        List<Double> heap = List.of();
        for (String line : lines) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "none" -> {
                    return new Lacking(words[1]);
                }
                case "version" -> {
                    return new Version(words[1]);
                }
                case "nanos", "resident" -> figures = numbers(words[1]);
                case "heap" -> heap = numbers(words[1]);
                default -> {}
            }
        }
        return figures.isEmpty()
                ? new Failed("printed no figures: " + String.join(" / ", lines))
                : new Measured(figures, heap);
    }

    private static List<Double> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
    }
}
