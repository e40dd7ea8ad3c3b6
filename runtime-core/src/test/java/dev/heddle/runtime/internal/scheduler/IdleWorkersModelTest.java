package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.Interleavings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Producers and workers in every order: no work is left lying while a worker sleeps.
 *
 * <p>The workers here keep to the protocol as {@code Worker} does, but a task, once taken, takes for ever: its worker is
 * busy and helps nobody. A worker that was woken does its next round when all threads are through.
 */
@Tag("proof")
class IdleWorkersModelTest {

    /** Some workers, and a counter for all queues. */
    abstract static class Pool {

        private enum State {
            AWAKE,
            ASLEEP,
            BUSY
        }

        private final IdleWorkers idle;
        private final AtomicInteger work = new AtomicInteger();
        private final int workers;

        /** Each cell is its worker's. One that is asleep here and no longer among the sleepers was woken. */
        private final State[] states;

        Pool(int workers) {
            this.workers = workers;
            this.idle = new IdleWorkers(workers);
            this.states = new State[workers];
            for (int i = 0; i < workers; i++) {
                states[i] = State.AWAKE;
            }
        }

        void produce() {
            work.incrementAndGet();
            wakeOne();
        }

        private void wakeOne() {
            if (idle.takeSleeperForWork() >= workers) {
                throw new AssertionError("no such worker");
            }
        }

        private boolean take() {
            int before = work.get();
            return before > 0 && (work.compareAndSet(before, before - 1) || take());
        }

        /** One round: until the worker has a task or sleeps. */
        void round(int me, boolean searching) {
            states[me] = State.AWAKE;
            boolean found = take();
            if (!found && (searching || idle.startSearching())) {
                searching = true;
                found = take();
            }
            if (found) {
                states[me] = State.BUSY;
                if (searching && idle.stopSearching()) {
                    wakeOne();
                }
                return;
            }
            states[me] = State.ASLEEP;
            if (idle.goToSleep(me, searching) && work.get() > 0) {
                wakeOne();
            }
        }

        /** The driver has something for a worker that sleeps in it; somebody else may wake it just then. */
        void wakeSelf(int me) {
            boolean searching = !idle.wakeSelf(me);
            round(me, searching);
        }

        void nothingIsLeftLyingWhileAWorkerSleeps() {
            for (int i = 0; i < workers; i++) {
                if (states[i] == State.ASLEEP && !idle.isAsleep(i)) {
                    round(i, true);
                    // It may have woken one that this loop has passed.
                    i = -1;
                }
            }
            int sleepers = 0;
            for (int i = 0; i < workers; i++) {
                sleepers += states[i] == State.ASLEEP ? 1 : 0;
            }
            if (work.get() > 0 && sleepers > 0) {
                throw new AssertionError(work + " left lying, " + sleepers + " asleep");
            }
            // Nobody searches now, so the next piece of work must wake somebody, and the one after it nobody.
            if (sleepers > 0) {
                if (idle.takeSleeperForWork() == IdleWorkers.NONE) {
                    throw new AssertionError("nobody is woken any more, " + sleepers + " asleep");
                }
                if (idle.takeSleeperForWork() != IdleWorkers.NONE) {
                    throw new AssertionError("two were woken for one piece of work");
                }
            }
        }
    }

    /** The last searcher gives up while work comes in. */
    public static class ProducerAgainstSearchers extends Pool {

        public ProducerAgainstSearchers() {
            super(2);
        }

        @Operation
        public void producer() {
            produce();
        }

        @Operation
        public void worker0() {
            round(0, false);
        }

        @Operation
        public void worker1() {
            round(1, false);
        }

        @Validate
        public void validate() {
            nothingIsLeftLyingWhileAWorkerSleeps();
        }
    }

    @Test
    void workThatComesWhileWorkersFallAsleepIsSeen() {
        Interleavings.check(ProducerAgainstSearchers.class);
    }

    /** Two pieces at once: the second producer wakes nobody, since somebody searches; that one must wake the next. */
    public static class TwoProducers extends Pool {

        public TwoProducers() {
            super(3);
            round(2, false);
            round(1, false);
        }

        @Operation
        public void producer1() {
            produce();
        }

        @Operation
        public void producer2() {
            produce();
        }

        @Operation
        public void worker0() {
            round(0, false);
        }

        @Validate
        public void validate() {
            nothingIsLeftLyingWhileAWorkerSleeps();
        }
    }

    @Test
    void aSearcherThatFindsWorkWakesTheNext() {
        Interleavings.check(TwoProducers.class);
    }

    /** Everybody sleeps, and the one in the driver wakes by itself. */
    public static class SelfWakeAgainstProducers extends Pool {

        public SelfWakeAgainstProducers() {
            super(2);
            round(0, false);
            round(1, false);
        }

        @Operation
        public void driver() {
            wakeSelf(1);
        }

        @Operation
        public void producer1() {
            produce();
        }

        @Operation
        public void producer2() {
            produce();
        }

        @Validate
        public void validate() {
            nothingIsLeftLyingWhileAWorkerSleeps();
        }
    }

    @Test
    void aWorkerThatWakesByItselfIsNotCountedTwice() {
        Interleavings.check(SelfWakeAgainstProducers.class);
    }
}
