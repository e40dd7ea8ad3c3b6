package dev.heddle.demo.web;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.RuntimeMetrics.SchedulerKind;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** The lesson that the project is built from: many tasks that each sleep a little, and how long all of them take. */
@Component
final class SleepExercise {

    private static final TaskOptions SLEEPER = TaskOptions.named("sleep-exercise");
    private static final String RUNTIME_NAME = "exercise";

    private final AsyncRuntime runtime;

    SleepExercise(AsyncRuntime runtime) {
        this.runtime = runtime;
    }

    /** Returns the time from the first spawn to the end of the last task. */
    Duration run(Flavor flavor, int tasks, Duration sleep) {
        return switch (flavor) {
            case MULTI_THREAD -> runOnWorkers(tasks, sleep);
            case CURRENT_THREAD -> runOnThisThread(tasks, sleep);
        };
    }

    private Duration runOnWorkers(int tasks, Duration sleep) {
        if (runtime.metrics().scheduler() != SchedulerKind.CURRENT_THREAD) {
            return runInTask(runtime, tasks, sleep);
        }
        // heddle.flavor says that the application has none.
        try (AsyncRuntime own = AsyncRuntime.newMultiThread().name(RUNTIME_NAME).build()) {
            return runInTask(own, tasks, sleep);
        }
    }

    private static Duration runInTask(Spawner spawner, int tasks, Duration sleep) {
        // Spawned by a task, where spawning is cheapest, and not by the caller, who is one of the web server's threads.
        return spawner.spawn(SLEEPER, () -> spawnAndJoin(spawner, tasks, sleep)).join();
    }

    private static Duration runOnThisThread(int tasks, Duration sleep) {
        try (AsyncRuntime own = newCurrentThread()) {
            return own.<Duration, RuntimeException>blockOn(() -> spawnAndJoin(own, tasks, sleep));
        }
    }

    private static AsyncRuntime newCurrentThread() {
        try {
            // Whatever sleeps when the request has been interrupted need not be waited for.
            return AsyncRuntime.newCurrentThread()
                    .name(RUNTIME_NAME)
                    .closeTimeout(Duration.ZERO)
                    .build();
        } catch (UnsupportedOperationException ex) {
            throw Problems.of(HttpStatus.NOT_IMPLEMENTED, String.valueOf(ex.getMessage()));
        }
    }

    private static Duration spawnAndJoin(Spawner spawner, int tasks, Duration sleep) {
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
