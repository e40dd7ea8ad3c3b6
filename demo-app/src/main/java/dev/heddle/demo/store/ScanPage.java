package dev.heddle.demo.store;

import dev.heddle.demo.bytes.ByteString;
import java.util.List;

/**
 * One step of a scan.
 *
 * @param nextCursor where to go on; 0 when the scan is over
 * @param keys the keys found
 */
public record ScanPage(long nextCursor, List<ByteString> keys) {

    public ScanPage {
        keys = List.copyOf(keys);
    }
}
