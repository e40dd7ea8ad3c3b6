package dev.heddle.benchmarks.peer;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How much memory a process takes, or what it holds.
 *
 * @param resident bytes of the process that are in memory
 * @param heap bytes of live objects
 */
record MemoryUse(long resident, long heap) {

    /** How long the tasks sleep: far longer than it takes to measure them. */
    static final Duration SLEEP = Duration.ofMinutes(10);

    private static final int WARM_UP_TASKS = 1_000;
    private static final int SETTLING_MILLIS = 300;
    private static final Path STATUS = Path.of("/proc/self/status");

    static MemoryUse measure(Peer peer, int tasks, int warmUpMillis) throws Exception {
        // Compiled frames are smaller than interpreted ones, and what a process has settled to is what counts.
        long begin = System.nanoTime();
        do {
            peer.sleep(WARM_UP_TASKS, 1);
        } while (System.nanoTime() - begin < warmUpMillis * 1_000_000L);
        MemoryUse before = now();
        peer.fallAsleep(tasks);
        // A task says that it sleeps just before it does.
        Thread.sleep(SETTLING_MILLIS);
        MemoryUse after = now();
        return new MemoryUse(after.resident - before.resident, after.heap - before.heap);
    }

    /** Collects twice: references that the first collection clears hold objects that only the second one frees. */
    static MemoryUse now() throws IOException {
        System.gc();
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new MemoryUse(residentBytes(), heap);
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException(STATUS + " has no VmRSS");
    }

    @Override
    public String toString() {
        return "resident " + resident + System.lineSeparator() + "heap " + heap;
    }
}
