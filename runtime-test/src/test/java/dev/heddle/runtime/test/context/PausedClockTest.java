package dev.heddle.runtime.test.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.time.Interval;
import dev.heddle.runtime.time.RuntimeClock;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** An application that asks for four workers, and whose runtime is paused from the beginning here. */
@SpringBootTest
@PausedClock
class PausedClockTest {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Work work() {
            return new Work();
        }
    }

    static class Work {

        @AsyncTask(name = "slow", timeoutString = "1h")
        public CompletableFuture<String> slow() throws InterruptedException {
            Time.sleep(Duration.ofHours(2));
            return CompletableFuture.completedFuture("too late");
        }

        @AsyncTask(name = "ticking")
        public CompletableFuture<Instant> tick(int hours) throws InterruptedException {
            Interval interval = Time.interval(Duration.ofHours(1));
            for (int i = 0; i < hours; i++) {
                interval.tick();
            }
            return CompletableFuture.completedFuture(Time.now());
        }
    }

    @Autowired
    private AsyncRuntime runtime;

    @Autowired
    private RuntimeClock clock;

    @Autowired
    private InstantSource source;

    @Autowired
    private Work work;

    @Test
    void theTimeoutOfAnAsyncTaskGoesByIt() {
        Instant begin = clock.instant();
        assertThatThrownBy(() -> work.slow().get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        // The clock may have gone on to a later timer, of the runtime's own, but not to the end of the sleep.
        assertThat(clock.instant()).isBetween(begin.plus(Duration.ofHours(1)), begin.plus(Duration.ofMinutes(90)));
    }

    @Test
    void anIntervalGoesByIt() throws Exception {
        Instant begin = clock.instant();
        assertThat(work.tick(25).get(30, TimeUnit.SECONDS)).isEqualTo(begin.plus(Duration.ofDays(1)));
    }

    @Test
    void theBeanIsTheRuntimesClock() throws Exception {
        assertThat(clock).isSameAs(runtime.clock()).isSameAs(source);
        assertThat(clock.isPaused()).isTrue();
        Instant begin = source.instant();
        clock.advance(Duration.ofDays(1));
        assertThat(source.instant()).isEqualTo(begin.plus(Duration.ofDays(1)));
    }
}
