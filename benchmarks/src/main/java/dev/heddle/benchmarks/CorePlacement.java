package dev.heddle.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether the host has put the two processors of a virtual machine on cores that share a cache, which it may change at any
 * time. What is handed from one processor to the other takes several times as long when they are apart, for every peer, and
 * a process does not run for long enough to see both. So each is measured while they are near each other, and once more if
 * they were not all the time.
 *
 * <p>Only two processors have one distance, so on any other machine nothing is repeated. For one thread.
 */
final class CorePlacement {

    /** Between what cores take that share a cache, 40 to 120 ns, and 200 ns or more of those that do not. */
    private static final long NEAR_NANOS = 160;

    private static final int MAX_ATTEMPTS = 6;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

    /** Two minutes of waiting until they are near for the first time, else they never are. */
    private static final int LOOKS_AT_FIRST = 600;

    /** Twenty minutes of waiting from then on, in all. */
    private static final int LOOKS_LATER = 6_000;

    private final boolean matters;
    private final LongSupplier roundTripNanos;
    private final Duration betweenLooks;
    private boolean wereNear;
    private int looksLeft = LOOKS_AT_FIRST;
    private int repeated;
    private int apart;

    private CorePlacement(boolean matters, LongSupplier roundTripNanos, Duration betweenLooks) {
        this.matters = matters;
        this.roundTripNanos = roundTripNanos;
        this.betweenLooks = betweenLooks;
    }

    /** Returns that of this machine. */
    static CorePlacement ofThisMachine() {
        boolean matters = Runtime.getRuntime().availableProcessors() == 2;
        return new CorePlacement(matters, CoreToCore::roundTripNanos, BETWEEN_LOOKS);
    }

    /** Returns one for measurements in which it does not matter. */
    static CorePlacement ofNoMatter() {
        return new CorePlacement(false, () -> 0, Duration.ZERO);
    }

    /** Returns one of a machine with such a distance. */
    static CorePlacement of(LongSupplier roundTripNanos) {
        return new CorePlacement(true, roundTripNanos, Duration.ZERO);
    }

    /** What is measured. */
    @FunctionalInterface
    interface Measurement<T> {
        T run() throws IOException, InterruptedException;
    }

    /** Measures while the processors are near each other, and while they are apart only if that takes too long to come. */
    <T> T measure(Measurement<T> measurement) throws IOException, InterruptedException {
        if (!matters) {
            return measurement.run();
        }
        for (int attempt = 1; ; attempt++) {
            boolean began = awaitNear();
            T result = measurement.run();
            if (began && isNear()) {
                return result;
            }
            if (!began || attempt == MAX_ATTEMPTS) {
                apart++;
                return result;
            }
            repeated++;
        }
    }

    private boolean awaitNear() throws InterruptedException {
        for (; looksLeft > 0; looksLeft--) {
            if (isNear()) {
                if (!wereNear) {
                    wereNear = true;
                    looksLeft = LOOKS_LATER;
                }
                return true;
            }
            Thread.sleep(betweenLooks);
        }
        return wereNear && isNear();
    }

    private boolean isNear() {
        return roundTripNanos.getAsLong() < NEAR_NANOS;
    }

    /** Returns what was repeated. */
    String description() {
        if (!matters) {
            return "how near they are to each other was not looked at";
        }
        return ("%d processes were measured once more, since a round trip between the two took %d ns or more before or after;"
                        + " %d are in the tables although it did")
                .formatted(repeated, NEAR_NANOS, apart);
    }
}
