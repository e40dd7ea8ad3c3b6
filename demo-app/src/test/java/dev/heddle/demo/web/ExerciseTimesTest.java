package dev.heddle.demo.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExerciseTimesTest {

    private final ExerciseTimes times = new ExerciseTimes();

    @Test
    void theRatioIsThatOfTheLastRuns() {
        assertThat(times.add(Flavor.CURRENT_THREAD, 10, 1, Duration.ofMillis(5)))
                .isNull();
        assertThat(times.add(Flavor.MULTI_THREAD, 10, 1, Duration.ofMillis(10))).isEqualTo(2.0);
        assertThat(times.add(Flavor.CURRENT_THREAD, 10, 1, Duration.ofMillis(20)))
                .isEqualTo(0.5);
    }

    @Test
    void onlyRunsOfTheSameSizeAreCompared() {
        times.add(Flavor.CURRENT_THREAD, 10, 1, Duration.ofMillis(5));
        assertThat(times.add(Flavor.MULTI_THREAD, 11, 1, Duration.ofMillis(5))).isNull();
        assertThat(times.add(Flavor.MULTI_THREAD, 10, 2, Duration.ofMillis(5))).isNull();
        assertThat(times.add(Flavor.MULTI_THREAD, 10, 1, Duration.ofMillis(5))).isOne();
    }

    @Test
    void theSizeRunLongestAgoIsForgotten() {
        for (int tasks = 1; tasks <= ExerciseTimes.MAX_SIZES; tasks++) {
            times.add(Flavor.CURRENT_THREAD, tasks, 1, Duration.ofMillis(1));
        }
        assertThat(times.add(Flavor.MULTI_THREAD, 1, 1, Duration.ofMillis(1))).isOne();
        times.add(Flavor.CURRENT_THREAD, 0, 1, Duration.ofMillis(1));
        assertThat(times.add(Flavor.MULTI_THREAD, 2, 1, Duration.ofMillis(1))).isNull();
        assertThat(times.add(Flavor.CURRENT_THREAD, 1, 1, Duration.ofMillis(1))).isOne();
    }
}
