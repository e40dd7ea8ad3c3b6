package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimerWheelTest {

    private static final int TOP_SLOT_BITS = 30;

    private static TimerEntry at(long tick) {
        return new IdleTimer(tick);
    }

    @Test
    void anEmptyWheelHasNothingToDo() {
        TimerWheel wheel = new TimerWheel();
        assertThat(wheel.nextExpiration()).isEqualTo(TimerWheel.NEVER);
        assertThat(wheel.advance(1_000)).isNull();
        assertThat(wheel.size()).isZero();
    }

    @Test
    void whatIsDueAlreadyIsRefused() {
        TimerWheel wheel = new TimerWheel();
        assertThat(wheel.insert(at(100), 100)).isFalse();
        assertThat(wheel.insert(at(101), 100)).isTrue();
        assertThat(wheel.size()).isEqualTo(1);
    }

    @Test
    void aWheelNeverGoesBack() {
        TimerWheel wheel = new TimerWheel();
        wheel.insert(at(10), 0);
        wheel.advance(500);
        assertThat(wheel.advance(3)).isNull();
        assertThat(wheel.insert(at(500), 4)).isFalse();
    }

    @Test
    void aWheelThatEmptiesStartsAfreshAtThePresent() {
        TimerWheel wheel = new TimerWheel();
        wheel.insert(at(1L << 20), (1L << 20) - 1);
        // One slot of the lowest level, no cascade on the way.
        assertThat(wheel.nextExpiration()).isEqualTo(1L << 20);
    }

    @Test
    void eachDistanceFiresAtItsTickAndNotBefore() {
        for (int bits = 0; bits <= 44; bits++) {
            for (long offset : new long[] {-1, 0, 1}) {
                for (long start : new long[] {0, 1, 63, 64, (1L << 30) - 1, (1L << 36) - 1, (1L << 42) + 12_345}) {
                    firesAtItsTickAndNotBefore(start, start + (1L << bits) + offset);
                }
            }
        }
    }

    private static void firesAtItsTickAndNotBefore(long start, long tick) {
        TimerWheel wheel = new TimerWheel();
        TimerEntry entry = at(tick);
        if (!wheel.insert(entry, start)) {
            assertThat(tick).isLessThanOrEqualTo(start);
            return;
        }
        long now = start;
        while (wheel.nextExpiration() < tick) {
            assertThat(wheel.nextExpiration()).isGreaterThan(now);
            now = wheel.nextExpiration();
            assertThat(wheel.advance(now)).isNull();
        }
        assertThat(wheel.nextExpiration()).isEqualTo(tick);
        assertThat(wheel.advance(tick)).isSameAs(entry);
        assertThat(wheel.nextExpiration()).isEqualTo(TimerWheel.NEVER);
    }

    @Test
    void itDoesWhatASortedListDoes() {
        for (int seed = 0; seed < 4_000; seed++) {
            new WheelWalk(seed, TOP_SLOT_BITS).go();
        }
    }
}
