package dev.heddle.runtime;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.time.Duration;
import java.util.List;

/**
 * What a shutdown did.
 *
 * {@snippet class="dev.heddle.runtime.examples.RuntimeExamples" region="shutdown"}
 *
 * @param elapsed how long it took
 * @param drained how many of the tasks that were live at its start ended by themselves
 * @param aborted the tasks that were still live when the time was over and were aborted, with their stacks at that moment
 * @param remaining the tasks that did not end even then, with their stacks; their handles are completed as cancelled
 */
public record ShutdownReport(Duration elapsed, int drained, List<TaskSnapshot> aborted, List<TaskSnapshot> remaining) {

    public ShutdownReport {
        aborted = List.copyOf(aborted);
        remaining = List.copyOf(remaining);
    }

    /** Returns whether every task ended by itself. */
    public boolean isClean() {
        return aborted.isEmpty();
    }
}
