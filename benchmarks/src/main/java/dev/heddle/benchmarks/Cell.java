package dev.heddle.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is known of one peer on one row; grows with each of its processes, until one has nothing to measure. */
final class Cell {

    private final Row row;
    private final Program peer;
    private final Map<Figure, List<Double>> figures = new EnumMap<>(Figure.class);
    private Optional<Outcome> obstacle;

    Cell(Row row, Program peer) {
        this.row = row;
        this.peer = peer;
        this.obstacle = peer.absence().map(Outcome.Absent::new);
    }

    /** Starts one more process and keeps what it measured. */
    void measure(Fork fork, CorePlacement placement) throws IOException, InterruptedException {
        if (obstacle.isPresent()) {
            return;
        }
        Outcome outcome = placement.measure(() -> fork.measure(row, peer));
        if (outcome instanceof Outcome.Measured measured) {
            measured.figures()
                    .forEach((figure, samples) -> figures.computeIfAbsent(figure, first -> new ArrayList<>())
                            .addAll(samples));
        } else {
            obstacle = Optional.of(outcome);
        }
    }

    Row row() {
        return row;
    }

    Program peer() {
        return peer;
    }

    /** Returns why there are no figures, or not all. */
    Optional<Outcome> obstacle() {
        return obstacle;
    }

    /** Returns what was measured, in nanoseconds or bytes; nothing if the peer has no such figure. */
    Samples samples(Figure figure, boolean tiny) {
        return Samples.of(figures.getOrDefault(figure, List.of()), figure.divisor(row.divisor(tiny)));
    }
}
