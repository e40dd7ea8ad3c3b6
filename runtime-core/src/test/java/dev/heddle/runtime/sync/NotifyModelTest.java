package dev.heddle.runtime.sync;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Notifiers and waiters in every order: a notification wakes one, now or later, and none is forgotten. */
@Tag("proof")
class NotifyModelTest {

    /** Two notifications for two waiters. They may count as one when nobody waits, so the first waiter gives one more. */
    public static class TwoWaiters {

        private final Notify notify = new Notify();

        @Operation
        public void notifier() {
            notify.notifyOne();
        }

        @Operation
        public void waiter1() throws InterruptedException {
            notify.await();
            notify.notifyOne();
        }

        @Operation
        public void waiter2() throws InterruptedException {
            notify.await();
            notify.notifyOne();
        }

        @Validate
        public void validate() {
            if (!notify.takePermit()) {
                throw new AssertionError("a notification was lost");
            }
        }
    }

    @Test
    void aNotificationThatIsPassedOnReachesAll() {
        Interleavings.checkBriefly(TwoWaiters.class);
    }

    /** A waiter who is interrupted as it is notified. */
    public static class Interrupt {

        private final Notify notify = new Notify();
        private volatile @Nullable Thread thread;
        private volatile boolean interrupted;
        private volatile boolean notified;

        @Operation
        public void interrupter() {
            while (thread == null) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            interrupted = true;
        }

        @Operation
        public void notifier() {
            notify.notifyOne();
        }

        @Operation
        public void waiter() {
            thread = Thread.currentThread();
            try {
                notify.await();
                notified = true;
            } catch (InterruptedException e) {
                notified = false;
            }
            // The checker uses its threads again.
            while (!interrupted) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }

        @Validate
        public void validate() {
            if (notify.takePermit() == notified) {
                throw new AssertionError(notified ? "notified twice" : "the notification was lost");
            }
        }
    }

    @Test
    void aNotificationOfWhoGivesUpIsPassedOn() {
        Interleavings.checkBriefly(Interrupt.class);
    }
}
