package dev.heddle.demo.snapshot;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.settings.SnapshotProperties;
import dev.heddle.demo.store.Entry;
import dev.heddle.demo.store.Keyspace;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.annotation.TaskResult;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The writing of a snapshot, on a thread of the blocking pool: file I/O would hold a worker. */
@Component
class SnapshotTask {

    private static final Logger log = LoggerFactory.getLogger(SnapshotTask.class);

    private final Keyspace keyspace;
    private final SnapshotProperties properties;

    SnapshotTask(Keyspace keyspace, SnapshotProperties properties) {
        this.keyspace = keyspace;
        this.properties = properties;
    }

    /**
     * Writes the keys as they are at one moment.
     *
     * @return how many there were
     */
    @AsyncTask(name = "snapshot", kind = AsyncTask.Kind.BLOCKING)
    public JoinHandle<Integer> write() throws IOException {
        List<Map.Entry<ByteString, Entry>> entries = keyspace.copy();
        SnapshotWriter.write(properties.file(), entries);
        log.info("Saved {} keys to {}", entries.size(), properties.file());
        return TaskResult.of(entries.size());
    }
}
