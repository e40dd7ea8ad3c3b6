package dev.heddle.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** The end of a body against the end of its time: a rival thread fires the timer while the body returns. */
@org.junit.jupiter.api.Timeout(60)
@DisabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk") // no scheduler is needed for it
class TimeoutRaceTest {

    private static final int ROUNDS = 30_000;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    /** What the rival does in a round, while the body of that round ends. */
    private interface Move {
        void make(ManualTask task, Thread runner, SplittableRandom random);
    }

    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile ManualTask task;
    private volatile boolean over;

    private void startRival(Move move) {
        Thread runner = Thread.currentThread();
        Thread.ofPlatform().daemon().start(() -> {
            SplittableRandom random = new SplittableRandom(1);
            for (int round = 1; round <= ROUNDS; round++) {
                awaitRound(begun, round);
                if (over) {
                    return;
                }
                spin(random.nextInt(100));
                move.make(task, runner, random);
                done.set(round);
            }
        });
    }

    @AfterEach
    void endRival() {
        over = true;
        begun.set(ROUNDS);
        Thread.interrupted();
    }

    /** Runs a body against the rival's move, and returns once both are over. */
    private void play(int round, int length) throws TimeoutException {
        task = new ManualTask();
        dev.heddle.runtime.time.Timeout.<Integer, RuntimeException>call(task, LIMIT, () -> {
            begun.set(round);
            spin(length);
            return round;
        });
        awaitRound(done, round);
    }

    private static void awaitRound(AtomicInteger counter, int round) {
        for (int spins = 0; counter.get() < round; spins++) {
            if (spins < 1_000) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theInterruptNeverLeaksToWhatRunsAfter() throws Exception {
        startRival((manual, runner, random) -> manual.armed.run());
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 1; round <= ROUNDS; round++) {
            play(round, random.nextInt(100));
            assertThat(Thread.interrupted()).as("round %d", round).isFalse();
        }
    }

    @Test
    void theInterruptOfAnAbortIsNeverLost() throws Exception {
        startRival((manual, runner, random) -> {
            boolean fireFirst = random.nextBoolean();
            if (fireFirst) {
                manual.armed.run();
            }
            manual.aborted = true;
            runner.interrupt();
            if (!fireFirst) {
                manual.armed.run();
            }
        });
        SplittableRandom random = new SplittableRandom(2);
        for (int round = 1; round <= ROUNDS; round++) {
            play(round, random.nextInt(100));
            assertThat(Thread.interrupted()).as("round %d", round).isTrue();
        }
    }
}
