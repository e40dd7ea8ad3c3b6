package dev.heddle.demo.snapshot;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Thrown when a file is not what a snapshot left there. The file has not been touched. */
final class DamagedSnapshotException extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final long offset;
    private final String problem;

    DamagedSnapshotException(Path file, long offset, String problem) {
        super("Snapshot " + file + " is damaged at byte " + offset + ": " + problem);
        this.file = file;
        this.offset = offset;
        this.problem = problem;
    }

    Path file() {
        return file;
    }

    /** Returns where the damaged part begins. */
    long offset() {
        return offset;
    }

    String problem() {
        return problem;
    }
}
