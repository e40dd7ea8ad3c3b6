package dev.heddle.benchmarks.peer;

import java.io.Serial;

/** Says that a runtime has no counterpart of what a workload measures, and what it lacks, in one word. */
final class NoNotionException extends Exception {

    @Serial
    private static final long serialVersionUID = 1;

    NoNotionException(String lack) {
        super(lack);
    }
}
