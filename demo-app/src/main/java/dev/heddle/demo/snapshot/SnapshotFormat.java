package dev.heddle.demo.snapshot;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The form of the file, in network byte order.
 *
 * <pre>
 *   header   magic 8 │ version 4 │ number of entries 8 │ checksum 4
 *   entry    key length 4 │ value length 4 │ end 8 │ key │ value │ checksum 4
 * </pre>
 *
 * <p>Entries follow each other up to the end of the file. The end of a key is in milliseconds since the epoch, or -1. A
 * checksum is the CRC32C of the place of its part in the file and of the bytes of that part, so a part that is complete
 * but in the wrong place is found as well, and the number of entries tells whether one is missing at the end.
 */
final class SnapshotFormat {

    static final long MAGIC = 0x48_45_44_44_4C_45_4B_56L; // HEDDLEKV
    static final int VERSION = 1;
    static final int HEADER_LENGTH = Long.BYTES + Integer.BYTES + Long.BYTES;
    static final int ENTRY_HEAD_LENGTH = Integer.BYTES + Integer.BYTES + Long.BYTES;
    static final int CHECKSUM_LENGTH = Integer.BYTES;

    private SnapshotFormat() {}

    /** Returns the checksum of a part, to which its bytes are still to be added. */
    static CRC32C checksumOfPartAt(long offset) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(offset).flip());
        return checksum;
    }
}
