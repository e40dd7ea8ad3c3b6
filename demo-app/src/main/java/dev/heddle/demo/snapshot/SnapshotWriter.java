package dev.heddle.demo.snapshot;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.demo.store.Entry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot beside the old one and puts it in its place when it is safely on the disk: at every moment, a loss of
 * power included, there is one complete file under the name.
 */
final class SnapshotWriter {

    private static final int BUFFER_SIZE = 64 * 1024;

    private final OutputStream output;
    private long offset;

    private SnapshotWriter(OutputStream output) {
        this.output = output;
    }

    static void write(Path file, Collection<Map.Entry<ByteString, Entry>> entries) throws IOException {
        Path target = file.toAbsolutePath();
        Path folder = target.getParent();
        Files.createDirectories(folder);
        Path aside = target.resolveSibling(target.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                        aside,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING);
                OutputStream output = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_SIZE)) {
            new SnapshotWriter(output).write(entries);
            output.flush();
            channel.force(true);
        }
        Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        // The new name is in the folder, which has to reach the disk too.
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private void write(Collection<Map.Entry<ByteString, Entry>> entries) throws IOException {
        writePart(ByteBuffer.allocate(SnapshotFormat.HEADER_LENGTH)
                .putLong(SnapshotFormat.MAGIC)
                .putInt(SnapshotFormat.VERSION)
                .putLong(entries.size())
                .array());
        for (Map.Entry<ByteString, Entry> keyed : entries) {
            byte[] key = keyed.getKey().bytes();
            Entry entry = keyed.getValue();
            byte[] head = ByteBuffer.allocate(SnapshotFormat.ENTRY_HEAD_LENGTH)
                    .putInt(key.length)
                    .putInt(entry.value().length)
                    .putLong(entry.expiresAt())
                    .array();
            writePart(head, key, entry.value());
        }
    }

    private void writePart(byte[]... pieces) throws IOException {
        CRC32C checksum = SnapshotFormat.checksumOfPartAt(offset);
        for (byte[] piece : pieces) {
            checksum.update(piece);
            output.write(piece);
            offset += piece.length;
        }
        output.write(ByteBuffer.allocate(SnapshotFormat.CHECKSUM_LENGTH)
                .putInt((int) checksum.getValue())
                .array());
        offset += SnapshotFormat.CHECKSUM_LENGTH;
    }
}
