package dev.heddle.demo.web;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Runs the exercise on request. */
@RestController
final class ExerciseController {

    private static final int MAX_TASKS = 1_000_000;
    private static final int MAX_MILLIS = 60_000;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double NANOS_PER_SECOND = 1e9;

    private final SleepExercise exercise;

    /** Only for the one that runs. */
    private final ExerciseTimes times = new ExerciseTimes();

    /** One at a time: two would measure each other. */
    private final Semaphore idle = new Semaphore(1);

    ExerciseController(SleepExercise exercise) {
        this.exercise = exercise;
    }

    /**
     * How it went.
     *
     * @param flavor the flavour of the runtime that ran it
     * @param tasks how many tasks slept
     * @param millis how long each of them slept
     * @param wallMillis how long all of them took
     * @param tasksPerSecond how many ended in a second
     * @param ratio the last wall time of the multi-thread flavour to that of the current-thread flavour, with the same
     *     tasks and millis; {@code null} as long as there is one of them only
     */
    record Result(
            String flavor,
            int tasks,
            int millis,
            double wallMillis,
            double tasksPerSecond,
            @Nullable Double ratio) {}

    @PostMapping("/api/exercises/sleep")
    Result sleep(
            @RequestParam(defaultValue = "10000") int tasks,
            @RequestParam(defaultValue = "1") int millis,
            @RequestParam(defaultValue = "multi-thread") String flavor) {
        requireInRange("tasks", tasks, 1, MAX_TASKS);
        requireInRange("millis", millis, 0, MAX_MILLIS);
        return run(Flavor.of(flavor), tasks, millis);
    }

    private Result run(Flavor flavor, int tasks, int millis) {
        if (!idle.tryAcquire()) {
            throw Problems.of(HttpStatus.CONFLICT, "An exercise is running already");
        }
        try {
            Duration wallTime = exercise.run(flavor, tasks, Duration.ofMillis(millis));
            long nanos = wallTime.toNanos();
            return new Result(
                    flavor.toString(),
                    tasks,
                    millis,
                    nanos / NANOS_PER_MILLI,
                    tasks * NANOS_PER_SECOND / nanos,
                    times.add(flavor, tasks, millis, wallTime));
        } finally {
            idle.release();
        }
    }

    private static void requireInRange(String parameter, int value, int min, int max) {
        if (value < min || value > max) {
            throw Problems.badRequest(parameter + " must be from " + min + " to " + max + ", and it is " + value);
        }
    }
}
