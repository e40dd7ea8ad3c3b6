package dev.heddle.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Measured times of one workload on one peer, in nanoseconds an operation. */
final class Samples {

    private final List<Double> sorted = new ArrayList<>();

    void add(double nanos) {
        sorted.add(nanos);
        sorted.sort(null);
    }

    double median() {
        return sorted.get(sorted.size() / 2);
    }

    double min() {
        return sorted.getFirst();
    }

    double max() {
        return sorted.getLast();
    }
}
