package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.time.DelayQueue;
import dev.heddle.runtime.time.Interval;
import dev.heddle.runtime.time.MissedTickBehavior;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/** Waiting by the clock of the runtime, in a task. */
final class TimeExamples {

    private TimeExamples() {}

    static String withFallback(Callable<String> slow) throws Exception {
        // @start region="time"
        Time.sleep(Duration.ofMillis(10));
        try {
            return Time.timeout(Duration.ofSeconds(1), slow::call);
        } catch (TimeoutException tooSlow) {
            return "";
        }
        // @end
    }

    static void beat(Runnable heartbeat) throws InterruptedException {
        // @start region="interval"
        Interval everySecond = Time.interval(Duration.ofSeconds(1));
        while (true) {
            everySecond.tick(); // ends with an InterruptedException when the task is aborted
            heartbeat.run();
        }
        // @end
    }

    static void poll(Runnable request) throws InterruptedException {
        // @start region="missed"
        Interval polls = Time.interval(Duration.ofSeconds(1), MissedTickBehavior.SKIP);
        while (true) {
            polls.tick(); // after a request that took 3 seconds, the next comes at the next full second
            request.run();
        }
        // @end
    }

    static void expire(Map<String, String> sessions, DelayQueue<String> expiries) throws InterruptedException {
        // @start region="delay-queue"
        expiries.insert("ann", Duration.ofMinutes(30));
        expiries.reset("ann", Duration.ofMinutes(30)); // seen again
        while (true) {
            sessions.remove(expiries.take());
        }
        // @end
    }

    static boolean waitsAYear() throws InterruptedException {
        // @start region="clock"
        try (AsyncRuntime runtime =
                AsyncRuntime.newCurrentThread().startPaused().build()) {
            Instant begin = runtime.clock().instant();
            runtime.blockOn(() -> {
                Time.sleep(Duration.ofDays(365)); // with nothing else to do, the clock moves on to the end of this
                return null;
            });
            return !runtime.clock().instant().isBefore(begin.plus(Duration.ofDays(365))); // true, after no time at all
        }
        // @end
    }
}
