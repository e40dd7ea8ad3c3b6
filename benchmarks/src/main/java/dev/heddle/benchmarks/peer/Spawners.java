package dev.heddle.benchmarks.peer;

/** Threads that do not belong to a runtime and start tasks on it. */
public final class Spawners {

    private Spawners() {}

    /** Has some threads share the starting of tasks, which get a countdown to report to, and waits until all have run. */
    public static void run(int tasks, int spawners, Spawn spawn) throws InterruptedException {
        Countdown done = new Countdown(tasks);
        for (int spawner = 0; spawner < spawners; spawner++) {
            int share = tasks / spawners + (spawner < tasks % spawners ? 1 : 0);
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < share; i++) {
                    spawn.spawn(done);
                }
            });
        }
        done.await();
    }

    /** Starts a task that counts down once. */
    @FunctionalInterface
    public interface Spawn {
        void spawn(Countdown done);
    }
}
