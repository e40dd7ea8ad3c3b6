package dev.heddle.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The figures of all peers for one thing.
 *
 * @param section where it stands in the report
 * @param name what was measured
 * @param ours the id of the peer that the others are compared with
 * @param bytes whether the figures are bytes, not nanoseconds
 * @param entries what was measured of each peer
 */
record Comparison(Row.Section section, String name, String ours, boolean bytes, List<Entry> entries) {

    private static final String NOTHING = "–";

    /** The figures of one peer, and why there are none, or not all. */
    record Entry(Program peer, Samples samples, Optional<String> obstacle) {}

    List<Entry> theirs() {
        return entries.stream().filter(entry -> !entry.peer().id().equals(ours)).toList();
    }

    String ourMedian() {
        return samplesOf(ours).map(samples -> format(samples.median())).orElse(NOTHING);
    }

    /** Returns our median divided by a peer's, or why there is no such ratio. */
    String ratioTo(String peer) {
        Optional<Entry> theirs =
                entries.stream().filter(entry -> entry.peer().id().equals(peer)).findFirst();
        return theirs.flatMap(Entry::obstacle)
                .map(obstacle -> obstacle.split(":", 2)[0])
                .orElseGet(() -> ratio(samplesOf(peer)).orElse(NOTHING));
    }

    /** Returns a line of the table for each peer. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        String title = name;
        for (Entry entry : entries) {
            lines.append("| %s | %s | %s |%n".formatted(title, entry.peer().title(), describe(entry)));
            title = "";
        }
        return lines.toString();
    }

    private String describe(Entry entry) {
        Samples samples = entry.samples();
        if (entry.obstacle().isPresent() || samples.isEmpty()) {
            return "%s | | | ".formatted(entry.obstacle().orElse(NOTHING));
        }
        return "%s | %s – %s | %d | %s"
                .formatted(
                        format(samples.median()),
                        format(samples.min()),
                        format(samples.max()),
                        samples.sorted().size(),
                        entry.peer().id().equals(ours)
                                ? ""
                                : ratio(Optional.of(samples)).orElse(NOTHING));
    }

    private Optional<String> ratio(Optional<Samples> theirs) {
        return samplesOf(ours)
                .flatMap(own ->
                        theirs.filter(samples -> samples.median() > 0).map(samples -> own.median() / samples.median()))
                .map(ratio -> String.format(Locale.ROOT, "%.2f", ratio));
    }

    private Optional<Samples> samplesOf(String peer) {
        return entries.stream()
                .filter(entry -> entry.peer().id().equals(peer))
                .map(Entry::samples)
                .filter(samples -> !samples.isEmpty())
                .findFirst();
    }

    private String format(double figure) {
        if (bytes) {
            return String.format(Locale.ROOT, "%.0f B", figure);
        }
        if (figure >= 1e5) {
            return String.format(Locale.ROOT, "%.2f ms", figure / 1e6);
        }
        if (figure >= 1e4) {
            return String.format(Locale.ROOT, "%.1f µs", figure / 1e3);
        }
        return String.format(Locale.ROOT, figure >= 100 ? "%.0f ns" : "%.1f ns", figure);
    }
}
