package dev.heddle.demo.snapshot;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.store.Entry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** Reads a snapshot, all of it or nothing. */
final class SnapshotReader {

    private static final int BUFFER_SIZE = 64 * 1024;

    private final Path file;
    private final InputStream input;
    private final long size;
    private long offset;

    private SnapshotReader(Path file, InputStream input, long size) {
        this.file = file;
        this.input = input;
        this.size = size;
    }

    /**
     * Returns the entries of a file.
     *
     * @throws DamagedSnapshotException if it is not as a snapshot left it
     */
    static List<Map.Entry<ByteString, Entry>> read(Path file) throws IOException {
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file), BUFFER_SIZE)) {
            return new SnapshotReader(file, input, Files.size(file)).read();
        }
    }

    private List<Map.Entry<ByteString, Entry>> read() throws IOException {
        long count = readHeader();
        List<Map.Entry<ByteString, Entry>> entries = new ArrayList<>();
        while (entries.size() < count) {
            entries.add(readEntry());
        }
        if (offset < size) {
            throw damaged(
                    offset, "the last of " + count + " entries ends here, and " + (size - offset) + " bytes follow it");
        }
        return entries;
    }

    private long readHeader() throws IOException {
        byte[] header = take(0, "the header", SnapshotFormat.HEADER_LENGTH);
        ByteBuffer fields = ByteBuffer.wrap(header);
        if (fields.getLong() != SnapshotFormat.MAGIC) {
            throw damaged(0, "a snapshot does not begin like this");
        }
        int version = fields.getInt();
        if (version != SnapshotFormat.VERSION) {
            throw damaged(Long.BYTES, "version " + version + " is not known here");
        }
        checkSum(0, "the header", header);
        return fields.getLong();
    }

    private Map.Entry<ByteString, Entry> readEntry() throws IOException {
        long start = offset;
        byte[] head = take(start, "an entry", SnapshotFormat.ENTRY_HEAD_LENGTH);
        ByteBuffer fields = ByteBuffer.wrap(head);
        byte[] key = take(start, "an entry", fields.getInt());
        byte[] value = take(start, "an entry", fields.getInt());
        checkSum(start, "an entry", head, key, value);
        return Map.entry(ByteString.wrap(key), Entry.of(value, fields.getLong()));
    }

    private void checkSum(long start, String part, byte[]... pieces) throws IOException {
        CRC32C checksum = SnapshotFormat.checksumOfPartAt(start);
        for (byte[] piece : pieces) {
            checksum.update(piece);
        }
        int stored = ByteBuffer.wrap(take(start, part, SnapshotFormat.CHECKSUM_LENGTH))
                .getInt();
        if (stored != (int) checksum.getValue()) {
            throw damaged(start, part + " from here to byte " + offset + " does not match its checksum");
        }
    }

    /** The length may be damaged itself: what the file cannot hold is refused before memory is reserved for it. */
    private byte[] take(long start, String part, int length) throws IOException {
        if (length < 0 || length > size - offset) {
            throw damaged(start, part + " that begins here is longer than the file, which ends at byte " + size);
        }
        byte[] bytes = input.readNBytes(length);
        if (bytes.length < length) {
            throw damaged(start, "the file became shorter while it was read");
        }
        offset += length;
        return bytes;
    }

    private DamagedSnapshotException damaged(long at, String problem) {
        return new DamagedSnapshotException(file, at, problem);
    }
}
