package dev.heddle.runtime.net;

import java.time.Duration;

/**
 * What the stop of a {@link TcpServer} did.
 *
 * {@snippet class="dev.heddle.runtime.examples.ServerExamples" region="drain"}
 *
 * @param elapsed how long it took
 * @param drained how many of the connections that were open came to an end by themselves
 * @param aborted how many were aborted when the time was over
 * @param remaining how many of those did not end even then; their streams are closed
 */
public record DrainReport(Duration elapsed, int drained, int aborted, int remaining) {

    static final DrainReport NOTHING = new DrainReport(Duration.ZERO, 0, 0, 0);

    /** Returns whether every connection came to an end by itself. */
    public boolean isClean() {
        return aborted == 0;
    }
}
