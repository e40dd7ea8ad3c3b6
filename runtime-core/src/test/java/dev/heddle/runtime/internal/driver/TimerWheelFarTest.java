package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines beyond the range of the wheel, which wait in its top level and must hide nobody there. */
@Timeout(60)
class TimerWheelFarTest {

    private static final long RANGE = 1L << 36;

    @Test
    void aTimerBeyondTheRangeDoesNotDelayANearerOne() {
        TimerWheel wheel = new TimerWheel();
        wheel.insert(new IdleTimer(RANGE), 0);
        wheel.insert(new IdleTimer(1L << 30), 0);
        assertThat(wheel.nextExpiration()).isLessThanOrEqualTo(1L << 30);
    }

    @Test
    void itDoesWhatASortedListDoes() {
        for (int seed = 0; seed < 4_000; seed++) {
            new WheelWalk(seed, 44).go();
        }
    }
}
