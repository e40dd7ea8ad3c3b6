package dev.heddle.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of one peer on one row; grows with each of its processes, until one has nothing to measure. */
final class Cell {

    private final Row row;
    private final Program peer;
    private final List<Double> figures = new ArrayList<>();
    private final List<Double> heap = new ArrayList<>();
    private Optional<Outcome> obstacle;

    Cell(Row row, Program peer) {
        this.row = row;
        this.peer = peer;
        this.obstacle = peer.absence().map(Outcome.Absent::new);
    }

    /** Starts one more process and keeps what it measured. */
    void measure(Fork fork) throws IOException, InterruptedException {
        if (obstacle.isPresent()) {
            return;
        }
        Outcome outcome = fork.measure(row, peer);
        if (outcome instanceof Outcome.Measured measured) {
            figures.addAll(measured.figures());
            heap.addAll(measured.heap());
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

    /** Returns the measured figures: nanoseconds, or resident bytes. */
    Samples figures(boolean tiny) {
        return Samples.of(figures, row.divisor(tiny));
    }

    /** Returns the bytes of live objects; empty unless the row is about memory and the peer has a heap. */
    Samples heap(boolean tiny) {
        return Samples.of(heap, row.divisor(tiny));
    }
}
