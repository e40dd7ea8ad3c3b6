package dev.heddle.demo.snapshot;

import dev.heddle.demo.ExitStatus;
import dev.heddle.demo.LifecyclePhases;
import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.settings.SnapshotProperties;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Interval;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Loads the keys at the start, saves them at intervals and at the end. */
@Component
final class SnapshotLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SnapshotLifecycle.class);

    private final Snapshots snapshots;
    private final SnapshotProperties properties;
    private final Keyspace keyspace;
    private final Spawner spawner;
    private final ExitStatus exitStatus;
    private volatile @Nullable JoinHandle<?> periodic;
    private volatile boolean running;

    SnapshotLifecycle(
            Snapshots snapshots,
            SnapshotProperties properties,
            Keyspace keyspace,
            Spawner spawner,
            ExitStatus exitStatus) {
        this.snapshots = snapshots;
        this.properties = properties;
        this.keyspace = keyspace;
        this.spawner = spawner;
        this.exitStatus = exitStatus;
    }

    @Override
    public void start() {
        load();
        if (!properties.interval().isZero()) {
            periodic = spawner.spawn(TaskOptions.named("snapshot-interval").asDetached(), this::saveAtIntervals);
        }
        running = true;
    }

    /** On a thread of its own, so that the context goes on after a while when the disk does not answer. */
    @Override
    public void stop(Runnable callback) {
        Thread.ofPlatform().daemon().name("last-snapshot").start(() -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    /** Nobody changes keys any more: the clients of the phase above this one are gone. */
    @Override
    public void stop() {
        running = false;
        JoinHandle<?> interval = periodic;
        if (interval != null) {
            interval.abort();
        }
        if (snapshots.unsavedChanges() == 0) {
            return;
        }
        try {
            snapshots.takeLast();
        } catch (CompletionException | CancellationException failed) {
            exitStatus.fail();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A pause and a restart of the same context would load an old file over newer keys. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.SNAPSHOT;
    }

    private void load() {
        if (!Files.exists(properties.file())) {
            return;
        }
        try {
            List<Map.Entry<ByteString, Entry>> entries = SnapshotReader.read(properties.file());
            long now = keyspace.now();
            for (Map.Entry<ByteString, Entry> keyed : entries) {
                if (!keyed.getValue().isExpired(now)) {
                    keyspace.<@Nullable Void>transact(keyed.getKey(), keys -> {
                        keys.put(keyed.getKey(), keyed.getValue());
                        return null;
                    });
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        snapshots.loaded();
        log.info("Loaded {} keys from {}", keyspace.size(), properties.file());
    }

    private @Nullable Void saveAtIntervals() throws InterruptedException {
        Interval interval = Time.interval(properties.interval());
        for (; ; ) {
            interval.tick();
            if (snapshots.unsavedChanges() > 0) {
                snapshots.start();
            }
        }
    }
}
