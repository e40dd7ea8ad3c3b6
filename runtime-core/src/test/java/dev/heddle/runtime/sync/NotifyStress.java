package dev.heddle.runtime.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A notification against one who gives up waiting for it, on real processors: it is used up or it stays. */
final class NotifyStress {

    private NotifyStress() {}

    @JCStressTest
    @State
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "used up, or there for the next")
    @Outcome(expect = FORBIDDEN, desc = "lost or doubled")
    public static class WaiterGivesUp {

        private final Notify notify = new Notify();

        @Actor
        public void notifier() {
            notify.notifyOne();
        }

        @Actor
        public void waiter(ZZ_Result result) {
            try {
                notify.await(Duration.ZERO);
                result.r1 = true;
            } catch (TimeoutException late) {
                result.r1 = false;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Arbiter
        public void afterwards(ZZ_Result result) {
            result.r2 = notify.takePermit();
        }
    }
}
