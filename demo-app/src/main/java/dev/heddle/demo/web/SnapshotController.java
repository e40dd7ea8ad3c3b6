package dev.heddle.demo.web;

import dev.heddle.demo.snapshot.Snapshots;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Starts snapshots. */
@RestController
final class SnapshotController {

    private final Snapshots snapshots;

    SnapshotController(Snapshots snapshots) {
        this.snapshots = snapshots;
    }

    /**
     * A snapshot that has been started.
     *
     * @param taskId the task that writes it, as in {@code /actuator/asynctasks}
     */
    record Started(long taskId) {}

    @PostMapping("/api/snapshots")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Started start() {
        return snapshots
                .start()
                .map(running -> new Started(running.task().value()))
                .orElseThrow(() -> Problems.of(HttpStatus.CONFLICT, "A snapshot is being written already"));
    }
}
