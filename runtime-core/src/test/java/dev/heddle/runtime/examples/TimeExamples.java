package dev.heddle.runtime.examples;

import dev.heddle.runtime.time.Interval;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
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
}
