package dev.heddle.runtime.net;

import java.util.concurrent.atomic.LongAdder;

/** What a server counts, over all its starts. */
final class ServerCounters {

    final LongAdder accepted = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder idleClosed = new LongAdder();
    final LongAdder acceptErrors = new LongAdder();
    final LongAdder bytesRead = new LongAdder();
    final LongAdder bytesWritten = new LongAdder();
}
