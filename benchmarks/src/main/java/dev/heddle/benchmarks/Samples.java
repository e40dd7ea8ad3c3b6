package dev.heddle.benchmarks;

import java.util.Collection;
import java.util.List;

/** Figures of one peer on one row, sorted. */
record Samples(List<Double> sorted) {

    static Samples of(Collection<Double> figures, double divisor) {
        return new Samples(
                figures.stream().map(figure -> figure / divisor).sorted().toList());
    }

    boolean isEmpty() {
        return sorted.isEmpty();
    }

    double median() {
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }

    double min() {
        return sorted.getFirst();
    }

    double max() {
        return sorted.getLast();
    }
}
