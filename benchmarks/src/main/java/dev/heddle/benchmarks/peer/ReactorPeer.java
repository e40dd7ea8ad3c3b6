package dev.heddle.benchmarks.peer;

import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Reactor: a task is a {@code Mono}, subscribed to on the scheduler of as many threads as there are processors. */
final class ReactorPeer implements Peer {

    private static final Duration FAR_OFF = Duration.ofSeconds(10);

    // A Flux that merges so many would look through all of them whenever one ends, so each counts down when it does.

    @Override
    public void sleep(int tasks, int millis) throws InterruptedException {
        Duration duration = Duration.ofMillis(millis);
        Countdown done = new Countdown(tasks);
        for (int i = 0; i < tasks; i++) {
            Mono.delay(duration).subscribe(_ -> done.countDown());
        }
        done.await();
    }

    @Override
    public void spawnInside(int tasks) throws InterruptedException {
        Countdown done = new Countdown(tasks);
        start(() -> startAll(tasks, done, Schedulers.parallel()), Schedulers.parallel());
        done.await();
    }

    private static void startAll(int tasks, Countdown done, Scheduler scheduler) {
        for (int i = 0; i < tasks; i++) {
            start(done::countDown, scheduler);
        }
    }

    private static void start(Runnable body, Scheduler scheduler) {
        Mono.fromRunnable(body).subscribeOn(scheduler).subscribe();
    }

    @Override
    public void spawnOutside(int tasks, int spawners) throws InterruptedException {
        Spawners.run(tasks, spawners, done -> start(done::countDown, Schedulers.parallel()));
    }

    @Override
    public void chain(int links) throws InterruptedException {
        Countdown done = new Countdown(1);
        link(links, done);
        done.await();
    }

    private static void link(int left, Countdown done) {
        if (left == 0) {
            done.countDown();
        } else {
            start(() -> link(left - 1, done), Schedulers.parallel());
        }
    }

    @Override
    public void blocking(int tasks) throws InterruptedException {
        Countdown done = new Countdown(tasks);
        startAll(tasks, done, Schedulers.boundedElastic());
        done.await();
    }

    @Override
    public void timers(int timers) {
        Mono.fromRunnable(() -> {
                    for (int i = 0; i < timers; i++) {
                        Mono.delay(FAR_OFF).subscribe().dispose();
                    }
                })
                .subscribeOn(Schedulers.parallel())
                .block();
    }

    @Override
    public void fallAsleep(int tasks) {
        for (int i = 0; i < tasks; i++) {
            Mono.delay(MemoryUse.SLEEP).subscribe();
        }
    }

    @Override
    public void close() {
        Schedulers.shutdownNow();
    }
}
