package dev.heddle.demo.web;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** The lesson that the project is built from: many tasks that each sleep a little, and how long all of them take. */
@Component
final class SleepExercise {

    private static final TaskOptions SLEEPER = TaskOptions.named("sleep-exercise");

    private final Spawner spawner;

    SleepExercise(Spawner spawner) {
        this.spawner = spawner;
    }

    /** Returns the time from the first spawn to the end of the last task. */
    Duration run(int tasks, Duration sleep) {
        // Spawned by a task, where spawning is cheapest, and not by the caller, who is one of the web server's threads.
        return spawner.spawn(SLEEPER, () -> spawnAndJoin(tasks, sleep)).join();
    }

    private Duration spawnAndJoin(int tasks, Duration sleep) {
        long start = System.nanoTime();
        List<JoinHandle<Boolean>> sleepers = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            sleepers.add(spawner.spawn(SLEEPER, () -> {
                Time.sleep(sleep);
                return true;
            }));
        }
        sleepers.forEach(JoinHandle::join);
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
