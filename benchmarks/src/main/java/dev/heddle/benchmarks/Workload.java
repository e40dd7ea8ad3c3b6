package dev.heddle.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A piece of work whose time is measured from outside the runtime.
 *
 * @param name what it is called in the report
 * @param operations how many operations it does, by which its time is divided
 * @param body what to do with a peer
 */
record Workload(String name, int operations, Body body) {

    /** The work itself. */
    @FunctionalInterface
    interface Body {
        void run(Peer peer) throws InterruptedException;
    }

    static final List<Workload> ALL = List.of(
            new Workload("10,000 tasks × sleep 1 ms, whole run", 1, peer -> sleepers(peer, 10_000, 1)),
            new Workload("100,000 tasks × sleep 10 ms, whole run", 1, peer -> sleepers(peer, 100_000, 10)),
            new Workload("spawn + join 1,000,000 from inside", 1_000_000, peer -> spawnInside(peer, 1_000_000)),
            new Workload("spawn 1,000,000 from outside", 1_000_000, peer -> spawnOutside(peer, 1_000_000)),
            new Workload("chained spawn 10,000", 10_000, peer -> chain(peer, 10_000)),
            new Workload("yield 200 × 1,000", 200_000, peer -> yields(peer, 200, 1_000)));

    private static void joinAll(int count, IntFunction<Runnable> spawn) {
        List<Runnable> joins = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            joins.add(spawn.apply(i));
        }
        joins.forEach(Runnable::run);
    }

    private static void sleepers(Peer peer, int tasks, int millis) {
        Duration duration = Duration.ofMillis(millis);
        joinAll(tasks, i -> peer.spawn(() -> peer.sleep(duration)));
    }

    private static void spawnInside(Peer peer, int tasks) {
        peer.spawn(() -> joinAll(tasks, i -> peer.spawn(() -> {}))).run();
    }

    private static void spawnOutside(Peer peer, int tasks) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(tasks);
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < tasks; i++) {
            peer.spawn(() -> {
                if (left.decrementAndGet() == 0) {
                    done.countDown();
                }
            });
        }
        done.await();
    }

    private static void chain(Peer peer, int length) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        link(peer, length, done);
        done.await();
    }

    private static void link(Peer peer, int left, CountDownLatch done) {
        if (left == 0) {
            done.countDown();
        } else {
            peer.spawn(() -> link(peer, left - 1, done));
        }
    }

    private static void yields(Peer peer, int tasks, int yields) {
        joinAll(
                tasks,
                i -> peer.spawn(() -> {
                    for (int k = 0; k < yields; k++) {
                        peer.yieldNow();
                    }
                }));
    }
}
