package dev.heddle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CorePlacementTest {

    private static final long NEAR = 70;
    private static final long APART = 320;

    private final AtomicInteger runs = new AtomicInteger();

    private static CorePlacement placement(LongStream roundTrips) {
        return CorePlacement.of(roundTrips.iterator()::next);
    }

    @Test
    void whatIsMeasuredWhileTheProcessorsAreNearIsMeasuredOnce() throws Exception {
        CorePlacement placement = placement(LongStream.generate(() -> NEAR));

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(1);
        assertThat(placement.description()).contains("0 processes were measured once more", "0 are in the tables");
    }

    @Test
    void nothingIsMeasuredBeforeTheProcessorsAreNear() throws Exception {
        CorePlacement placement = placement(LongStream.of(APART, APART, APART, NEAR, NEAR));

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(1);
    }

    @Test
    void whatEndsWithTheProcessorsApartIsMeasuredOnceMore() throws Exception {
        CorePlacement placement = placement(LongStream.of(NEAR, APART, NEAR, NEAR));

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(2);
        assertThat(placement.description()).contains("1 processes were measured once more", "0 are in the tables");
    }

    @Test
    void whatNeverEndsWithTheProcessorsNearIsKeptAndTold() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CorePlacement placement = CorePlacement.of(() -> looks.getAndIncrement() % 2 == 0 ? NEAR : APART);

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(6);
        assertThat(placement.description()).contains("1 are in the tables");
    }

    @Test
    void processorsThatAreNeverNearAreMeasuredAsTheyAreWithoutAnyRepetition() throws Exception {
        CorePlacement placement = placement(LongStream.generate(() -> APART));

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(1);
        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(2);
        assertThat(placement.description()).contains("0 processes were measured once more", "2 are in the tables");
    }

    @Test
    void processorsThatWereNearAreWaitedForAgain() throws Exception {
        CorePlacement placement = placement(LongStream.concat(
                LongStream.of(NEAR, NEAR),
                LongStream.concat(LongStream.generate(() -> APART).limit(1_000), LongStream.of(NEAR, NEAR))));

        placement.measure(runs::incrementAndGet);

        assertThat(placement.measure(runs::incrementAndGet)).isEqualTo(2);
        assertThat(placement.description()).contains("0 are in the tables");
    }

    @Test
    void aRoundTripTakesTime() {
        assertThat(CoreToCore.roundTripNanos()).isPositive();
    }
}
