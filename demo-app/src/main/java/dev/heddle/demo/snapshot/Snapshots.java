package dev.heddle.demo.snapshot;

import dev.heddle.demo.store.Keyspace;
import dev.heddle.runtime.annotation.TaskResult;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Takes snapshots, one at a time, and knows how the last one went. */
@Component
public final class Snapshots {

    private static final Logger log = LoggerFactory.getLogger(Snapshots.class);

    private final SnapshotTask task;
    private final Keyspace keyspace;
    private final ReentrantLock starting = new ReentrantLock();
    private volatile @Nullable Running last;
    private volatile Instant lastSave = Instant.now();
    private volatile long savedChanges;
    private volatile boolean failed;

    Snapshots(SnapshotTask task, Keyspace keyspace) {
        this.task = task;
        this.keyspace = keyspace;
    }

    /**
     * A snapshot that has been started.
     *
     * @param task the task that writes it
     * @param done completes when its outcome is known to {@link Snapshots} too
     */
    public record Running(TaskId task, CompletableFuture<Integer> done) {}

    /** Starts one; empty if one is running. */
    public Optional<Running> start() {
        starting.lock();
        try {
            if (isRunning()) {
                return Optional.empty();
            }
            // Read before the keys are: a change in between is saved and counted as unsaved, never the reverse.
            long changes = keyspace.counters().changes();
            JoinHandle<Integer> handle = write();
            Running running = new Running(
                    handle.id(),
                    handle.toCompletableFuture().whenComplete((count, failure) -> finish(changes, failure)));
            last = running;
            return Optional.of(running);
        } catch (IOException e) {
            throw new UncheckedIOException("The body runs in a task, and its failures are the task's", e);
        } finally {
            starting.unlock();
        }
    }

    /** Starts the task. One that is refused is a snapshot that has failed. */
    private JoinHandle<Integer> write() throws IOException {
        try {
            return task.write();
        } catch (RejectedExecutionException refusal) {
            return TaskResult.failed(refusal);
        }
    }

    /** Returns whether one is being written. */
    public boolean isRunning() {
        Running running = last;
        return running != null && !running.done().isDone();
    }

    /** Returns when the last one was finished, or the time of the start if there was none. */
    public Instant lastSave() {
        return lastSave;
    }

    /** Returns whether the last attempt failed. */
    public boolean hasFailed() {
        return failed;
    }

    /** Returns how many changes would be lost if the process died now. */
    public long unsavedChanges() {
        return keyspace.counters().changes() - savedChanges;
    }

    /** Notes that the keys are as they are in the file. */
    void loaded() {
        savedChanges = keyspace.counters().changes();
    }

    /** Takes one after the one that may be running, and waits for it. */
    void takeLast() {
        Optional<Running> started = start();
        while (started.isEmpty()) {
            Running running = last;
            if (running != null) {
                running.done().handle((count, failure) -> true).join();
            }
            started = start();
        }
        started.get().done().join();
    }

    private void finish(long changes, @Nullable Throwable failure) {
        failed = failure != null;
        if (failure == null) {
            savedChanges = changes;
            lastSave = Instant.now();
        } else {
            log.error("The snapshot has failed, and the file is the one of {}", lastSave, failure);
        }
    }
}
