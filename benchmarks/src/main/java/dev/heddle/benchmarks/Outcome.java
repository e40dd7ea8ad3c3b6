package dev.heddle.benchmarks;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What came of a process of a peer. */
sealed interface Outcome {

    /** It measured: nanoseconds, or bytes. One that measures memory has no {@link Figure#HEAP} if it has no heap. */
    record Measured(Map<Figure, List<Double>> figures) implements Outcome {}

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
        Map<Figure, List<Double>> figures = new EnumMap<>(Figure.class);
        for (String line : lines) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "none" -> {
                    return new Lacking(words[1]);
                }
                case "version" -> {
                    return new Version(words[1]);
                }
                case "nanos" -> figures.put(Figure.TIME, numbers(words[1]));
                case "resident" -> figures.put(Figure.RESIDENT, numbers(words[1]));
                case "heap" -> figures.put(Figure.HEAP, numbers(words[1]));
                default -> {}
            }
        }
        return figures.isEmpty()
                ? new Failed("printed no figures: " + String.join(" / ", lines))
                : new Measured(figures);
    }

    private static List<Double> numbers(String text) {
        return Arrays.stream(text.split(" ")).map(Double::valueOf).toList();
    }
}
