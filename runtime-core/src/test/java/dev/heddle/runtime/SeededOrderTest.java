package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A race that a seed has shown once shows whenever the seed is used. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class SeededOrderTest {

    private static final int TASKS = 3;

    /** A counter that loses updates when tasks interleave between the read and the write. */
    private static final class RacyCounter {

        int value;
        final List<String> trace = new ArrayList<>();

        void increment(int task) {
            int read = value;
            trace.add(task + " read " + read);
            Task.yieldNow();
            value = read + 1;
            trace.add(task + " wrote " + value);
        }
    }

    private static RacyCounter run(long seed) {
        RacyCounter counter = new RacyCounter();
        try (AsyncRuntime runtime = AsyncRuntime.newCurrentThread().seed(seed).build()) {
            runtime.blockOn(() -> {
                List<JoinHandle<?>> tasks = new ArrayList<>();
                for (int i = 0; i < TASKS; i++) {
                    int task = i;
                    tasks.add(runtime.spawn(() -> counter.increment(task)));
                }
                tasks.forEach(JoinHandle::join);
            });
        }
        return counter;
    }

    @Test
    void someSeedsShowThePlantedRaceAndSomeDoNot() {
        assertThat(LongStream.range(0, 200).map(seed -> run(seed).value)).contains(1L, 3L);
    }

    @Test
    void aSeedReplaysTheRaceStepByStep() {
        long seed = LongStream.range(0, 200)
                .filter(candidate -> run(candidate).value < TASKS)
                .findFirst()
                .orElseThrow();
        List<String> trace = run(seed).trace;
        for (int i = 0; i < 20; i++) {
            assertThat(run(seed).trace).isEqualTo(trace);
        }
    }

    @Test
    void differentSeedsGiveDifferentInterleavings() {
        assertThat(LongStream.range(0, 50).mapToObj(seed -> run(seed).trace).distinct())
                .hasSizeGreaterThan(5);
    }

    @Test
    void severalWorkersCannotBeSeeded() {
        assertThatIllegalStateException()
                .isThrownBy(() -> AsyncRuntime.newMultiThread().seed(42))
                .withMessageContaining("42")
                .withMessageContaining("newCurrentThread()");
    }
}
