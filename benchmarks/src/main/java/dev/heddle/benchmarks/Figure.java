package dev.heddle.benchmarks;

import dev.heddle.benchmarks.peer.Workload;
import java.util.List;

/** What is measured of a workload: a line of the report each. */
enum Figure {
    TIME(""),
    RESIDENT(", resident"),
    HEAP(", live heap"),
    ACCEPT(", accepted"),
    ECHO(", all echo once"),
    IDLE(", processor time of idling");

    private final String suffix;

    Figure(String suffix) {
        this.suffix = suffix;
    }

    /** Returns what a workload is measured by. */
    static List<Figure> of(Workload workload) {
        return switch (workload) {
            case MEMORY -> List.of(RESIDENT, HEAP);
            case CONNECTIONS -> List.of(ACCEPT, RESIDENT, HEAP, ECHO, IDLE);
            default -> List.of(TIME);
        };
    }

    /** Returns what follows the name of the row. */
    String suffix() {
        return suffix;
    }

    /** Returns whether it is bytes, not nanoseconds. */
    boolean isBytes() {
        return this == RESIDENT || this == HEAP;
    }

    /** Returns what it is divided by, in a row whose times are of so many tasks or operations. */
    double divisor(double units) {
        return this == IDLE ? 1 : units;
    }
}
