package dev.heddle.demo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.demo.bytes.ByteString;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.test.RuntimeTest;
import dev.heddle.runtime.time.RuntimeClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A year of lifetimes, on the paused clock. How long it took in real time is printed, and not judged. */
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class ExpiryYearTest {

    private static final int KEYS = 10_000;
    private static final Duration YEAR = Duration.ofDays(365);

    @RuntimeTest(startPaused = true)
    void eachKeyIsRemovedRightAfterItsLastMillisecond(AsyncRuntime runtime, RuntimeClock clock) throws Exception {
        long realBegin = System.nanoTime();
        Keyspace keyspace = new Keyspace(clock::millis);
        JoinHandle<?> expiry = runtime.spawn(() -> {
            new ExpiryTask(keyspace).run();
            return null;
        });
        SplittableRandom random = new SplittableRandom(1);
        long begin = clock.millis();
        long[] ends = new long[KEYS];
        for (int i = 0; i < KEYS; i++) {
            ends[i] = begin + random.nextLong(YEAR.toMillis());
            put(keyspace, "k" + i, ends[i]);
        }
        Arrays.sort(ends);
        for (int removed = 0; removed < KEYS; removed += 1_000) {
            clock.advance(Duration.ofMillis(ends[removed] - clock.millis()));
            assertThat(keyspace.size()).isEqualTo(KEYS - removed);
            clock.advance(Duration.ofMillis(1));
            assertThat(keyspace.size()).isLessThan(KEYS - removed);
        }
        clock.advance(Duration.ofMillis(ends[KEYS - 1] + 1 - clock.millis()));
        assertThat(keyspace.size()).isZero();
        expiry.abort();
        Duration passed = Duration.ofMillis(clock.millis() - begin);
        assertThat(passed).isBetween(Duration.ofDays(364), YEAR);
        System.out.printf(
                "%d days of %d lifetimes in %d ms of real time%n",
                passed.toDays(),
                KEYS,
                Duration.ofNanos(System.nanoTime() - realBegin).toMillis());
    }

    private static void put(Keyspace keyspace, String name, long end) {
        ByteString key = ByteString.of(name);
        keyspace.<@Nullable Void>transact(key, keys -> {
            keys.put(key, Entry.of(new byte[0], end));
            return null;
        });
    }
}
