package dev.heddle.runtime.internal.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A producer writes its work and reads the idle word; a searcher writes the idle word and reads the work. Without a full
 * fence between the two steps on both sides, each may read what was there before.
 */
final class IdleWorkersStress {

    private IdleWorkersStress() {}

    /** The searcher is the last one; another worker sleeps. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true", "true, true"},
            expect = ACCEPTABLE,
            desc = "the producer woke a worker, or the searcher saw the work")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "work is left lying")
    public static class LastSearcherFallsAsleep {

        private final LocalQueue<Integer> queue = new LocalQueue<>(4, 0);
        private final IdleWorkers idle = new IdleWorkers(2);

        public LastSearcherFallsAsleep() {
            idle.goToSleep(1, false);
            if (!idle.startSearching()) {
                throw new IllegalStateException();
            }
        }

        @Actor
        public void producer(ZZ_Result result) {
            queue.push(1, overflowed -> {});
            result.r1 = idle.takeSleeperForWork() != IdleWorkers.NONE;
        }

        @Actor
        public void searcher(ZZ_Result result) {
            result.r2 = idle.goToSleep(0, true) && !queue.isEmpty();
        }
    }

    /** The searcher has found something else, and the next one looks for the rest. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true", "true, true"},
            expect = ACCEPTABLE,
            desc = "one of them woke a worker")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "work is left lying")
    public static class LastSearcherFindsWork {

        private final LocalQueue<Integer> queue = new LocalQueue<>(4, 0);
        private final IdleWorkers idle = new IdleWorkers(2);

        public LastSearcherFindsWork() {
            idle.goToSleep(1, false);
            if (!idle.startSearching()) {
                throw new IllegalStateException();
            }
        }

        @Actor
        public void producer(ZZ_Result result) {
            queue.push(1, overflowed -> {});
            result.r1 = idle.takeSleeperForWork() != IdleWorkers.NONE;
        }

        @Actor
        public void searcher(ZZ_Result result) {
            result.r2 = idle.stopSearching() && idle.takeSleeperForWork() != IdleWorkers.NONE;
        }
    }

    /** Two producers, one sleeper: it is woken by one of them. */
    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of them woke it")
    @Outcome(expect = FORBIDDEN, desc = "woken twice, or not at all")
    public static class TwoProducersOneSleeper {

        private final IdleWorkers idle = new IdleWorkers(2);

        public TwoProducersOneSleeper() {
            idle.goToSleep(0, false);
            idle.goToSleep(1, false);
        }

        @Actor
        public void producer1(ZZ_Result result) {
            result.r1 = idle.takeSleeperForWork() != IdleWorkers.NONE;
        }

        @Actor
        public void producer2(ZZ_Result result) {
            result.r2 = idle.takeSleeperForWork() != IdleWorkers.NONE;
        }
    }
}
