package dev.heddle.runtime.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Those who settle the waiters of a select, and its time, on real processors: one of them has it. */
final class SelectStress {

    private SelectStress() {}

    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "taken")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "time was first, and the element is in the channel")
    @Outcome(expect = FORBIDDEN, desc = "an element lost or doubled")
    public static class SenderAgainstTimeout {

        private static final Duration SHORTEST = Duration.ofNanos(1);

        private final Channel<Integer> channel = Channel.bounded(1);
        private final Select<Integer> select =
                Select.<Integer>biased().onReceive(channel, element -> element).onTimeout(SHORTEST, () -> 0);

        @Actor
        public void sender() {
            channel.trySend(1);
        }

        @Actor
        public void selecter(II_Result result) {
            try {
                result.r1 = select.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Arbiter
        public void afterwards(II_Result result) {
            result.r2 = channel.size();
        }
    }

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one of the two")
    @Outcome(expect = FORBIDDEN, desc = "both or none")
    public static class TwoClaims {

        private final Selection selection = new Selection();

        @Actor
        public void settler(ZZ_Result result) {
            result.r1 = selection.claim(0);
        }

        @Actor
        public void waiter(ZZ_Result result) {
            result.r2 = selection.claim(Selection.GIVEN_UP);
        }
    }
}
