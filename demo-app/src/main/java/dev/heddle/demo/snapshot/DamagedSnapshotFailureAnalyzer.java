package dev.heddle.demo.snapshot;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells people what to do about a damaged snapshot, instead of a stack trace. */
final class DamagedSnapshotFailureAnalyzer extends AbstractFailureAnalyzer<DamagedSnapshotException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DamagedSnapshotException cause) {
        String description = "The snapshot " + cause.file().toAbsolutePath() + " is damaged at byte " + cause.offset()
                + ": " + cause.problem() + ". It has been left as it is, and no key was loaded.";
        String action = "Put a good copy in its place; or move it away to start without keys; or point"
                + " demo.snapshot.file at another file.";
        return new FailureAnalysis(description, action, cause);
    }
}
