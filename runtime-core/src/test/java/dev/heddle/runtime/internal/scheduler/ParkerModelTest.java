package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.Interleavings;
import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.driver.ReactorChoice;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A worker that parks and those that wake it, in every order: a notification is consumed once and never lost. */
@Tag("proof")
class ParkerModelTest {

    /** Held by the test, so that the parkers sleep on their threads. */
    private static final Driver DRIVER = heldDriver();

    private static Driver heldDriver() {
        Driver driver = new Driver(ReactorChoice.SELECTOR, false, "parker-model-", 1, () -> -1, Driver.Timing.PLAIN);
        if (!driver.tryAcquire()) {
            throw new IllegalStateException();
        }
        return driver;
    }

    /** Each waker writes before it unparks; the worker parks until it has read both, and must not hang. */
    public static class TwoWakers {

        private volatile Parker parker;
        private int first;
        private volatile boolean second;

        @Operation
        public void waker1() {
            awaitParker();
            first = 1;
            parker.unpark();
        }

        @Operation
        public void waker2() {
            awaitParker();
            second = true;
            parker.unpark();
        }

        private void awaitParker() {
            while (parker == null) {
                Thread.onSpinWait();
            }
        }

        @Operation
        public void worker() {
            Parker own = new Parker(DRIVER);
            own.adopt(Thread.currentThread());
            parker = own;
            while (first == 0 || !second) {
                own.park(Long.MAX_VALUE);
            }
        }

        @Validate
        public void validate() {
            if (parker.isParked()) {
                throw new AssertionError("still parked");
            }
        }
    }

    @Test
    void whoeverUnparksIsHeard() {
        Interleavings.check(TwoWakers.class);
    }
}
