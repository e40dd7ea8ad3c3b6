package dev.heddle.benchmarks;

/** Measures how long a value takes from one processor to another and back, between two threads that spin. */
final class CoreToCore {

    private static final int ROUND_TRIPS = 3_000;

    /** The fastest of so many counts: the others may have met somebody else's time slice, or the interpreter. */
    private static final int SERIES = 7;

    private volatile int ball;

    private CoreToCore() {}

    /** Prints it, in nanoseconds, for {@code benchmarks/redis}. */
    public static void main(String[] args) {
        System.out.println(roundTripNanos());
    }

    static long roundTripNanos() {
        CoreToCore court = new CoreToCore();
        Thread other = Thread.ofPlatform().daemon().start(court::sendBack);
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < SERIES; i++) {
            fastest = Math.min(fastest, court.play(i * ROUND_TRIPS));
        }
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return fastest / ROUND_TRIPS;
    }

    private long play(int first) {
        long begin = System.nanoTime();
        for (int i = first; i < first + ROUND_TRIPS; i++) {
            ball = 2 * i + 1;
            awaitBall(2 * i + 2);
        }
        return System.nanoTime() - begin;
    }

    private void sendBack() {
        for (int i = 0; i < SERIES * ROUND_TRIPS; i++) {
            awaitBall(2 * i + 1);
            ball = 2 * i + 2;
        }
    }

    private void awaitBall(int expected) {
        while (ball != expected) {
            Thread.onSpinWait();
        }
    }
}
