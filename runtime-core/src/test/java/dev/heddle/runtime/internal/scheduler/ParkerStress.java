package dev.heddle.runtime.internal.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** Whoever unparks has written something that the worker must see, in this round or, by another notification, the next. */
final class ParkerStress {

    /** Held, so that the parkers sleep on their threads. */
    private static final Driver DRIVER =
            new Driver(ReactorChoice.SELECTOR, false, "parker-stress-", 1, () -> -1, Driver.Timing.PLAIN);

    private static final VarHandle STATE;
    private static final int NOTIFIED = 3;

    static {
        if (!DRIVER.tryAcquire()) {
            throw new IllegalStateException();
        }
        try {
            STATE = MethodHandles.privateLookupIn(Parker.class, MethodHandles.lookup())
                    .findVarHandle(Parker.class, "state", AtomicInteger.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private ParkerStress() {}

    private static boolean isNotified(Parker parker) {
        return ((AtomicInteger) STATE.get(parker)).get() == NOTIFIED;
    }

    /** An unpark over a notification that is just being consumed. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, false", "1, true", "0, true"},
            expect = ACCEPTABLE,
            desc = "seen now, or notified again")
    @Outcome(id = "0, false", expect = FORBIDDEN, desc = "neither seen nor notified")
    public static class UnparkOverANotification {

        private final Parker parker = new Parker(DRIVER);
        private int written;

        public UnparkOverANotification() {
            parker.unpark();
        }

        @Actor
        public void waker() {
            written = 1;
            parker.unpark();
        }

        @Actor
        public void worker(IZ_Result result) {
            parker.adopt(Thread.currentThread());
            parker.park(Long.MAX_VALUE);
            result.r1 = written;
        }

        @Arbiter
        public void worker2(IZ_Result result) {
            result.r2 = isNotified(parker);
        }
    }

    /** The same for a worker that has really parked; it takes the first notification while the second comes. */
    @JCStressTest
    @State
    @Outcome(
            id = {"1, false", "1, true", "0, true"},
            expect = ACCEPTABLE,
            desc = "seen now, or notified again")
    @Outcome(id = "0, false", expect = FORBIDDEN, desc = "neither seen nor notified")
    public static class UnparkTwice {

        private volatile @Nullable Parker parker;
        private int written;

        @Actor
        public void waker() {
            Parker known = parker;
            while (known == null) {
                Thread.onSpinWait();
                known = parker;
            }
            known.unpark();
            written = 1;
            known.unpark();
        }

        @Actor
        public void worker(IZ_Result result) {
            Parker own = new Parker(DRIVER);
            own.adopt(Thread.currentThread());
            parker = own;
            own.park(Long.MAX_VALUE);
            result.r1 = written;
        }

        @Arbiter
        public void worker2(IZ_Result result) {
            result.r2 = isNotified(parker);
        }
    }
}
