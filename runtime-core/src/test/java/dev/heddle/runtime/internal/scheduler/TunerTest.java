package dev.heddle.runtime.internal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TunerTest {

    private final Tuner tuner = new Tuner();

    private void learn(long nanosPerTick) {
        for (int i = 0; i < 50; i++) {
            tuner.sample(nanosPerTick * Core.EVENT_INTERVAL, Core.EVENT_INTERVAL);
        }
    }

    @Test
    void shortTasksLookAtTheInjectionQueueSeldom() {
        learn(100);
        assertThat(tuner.injectionInterval()).isEqualTo(127);
    }

    @Test
    void longTasksLookAtItOften() {
        learn(1_000_000);
        assertThat(tuner.injectionInterval()).isEqualTo(2);
    }

    @Test
    void theIntervalIsTwoHundredMicrosecondsWorthOfTasks() {
        learn(10_000);
        assertThat(tuner.injectionInterval()).isBetween(18, 22);
    }

    @Test
    void noTicksTeachNothing() {
        int before = tuner.injectionInterval();
        tuner.sample(1_000_000_000, 0);
        assertThat(tuner.injectionInterval()).isEqualTo(before);
    }
}
