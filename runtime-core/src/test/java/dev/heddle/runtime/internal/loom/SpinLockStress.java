package dev.heddle.runtime.internal.loom;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A spin lock on real processors: one holder at a time, who sees all that the one before it has written. */
final class SpinLockStress {

    private SpinLockStress() {}

    @JCStressTest
    @State
    @Outcome(id = "11, 0", expect = ACCEPTABLE, desc = "both counted, in whole steps")
    @Outcome(expect = FORBIDDEN, desc = "a step lost, or seen half done")
    public static class TwoHolders {

        private final SpinLock lock = new SpinLock();
        private int count;
        private int copy;
        private volatile int halves;

        @Actor
        public void waits() {
            lock.lock();
            step(1);
            lock.unlock();
        }

        @Actor
        public void tries() {
            while (!lock.tryLock()) {
                Thread.onSpinWait();
            }
            step(10);
            lock.unlock();
        }

        private void step(int by) {
            if (count != copy) {
                halves = 1;
            }
            count += by;
            copy += by;
        }

        @Arbiter
        public void afterwards(II_Result result) {
            result.r1 = count;
            result.r2 = halves;
        }
    }
}
