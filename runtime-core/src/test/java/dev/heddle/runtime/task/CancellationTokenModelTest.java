package dev.heddle.runtime.task;

import dev.heddle.runtime.Interleavings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cancel against whoever registers, takes back and cancels further down: each callback runs once or was taken back. */
@Tag("proof")
class CancellationTokenModelTest {

    public static class CancelAgainstRegistration {

        private final CancellationToken token = new CancellationToken();
        private final CancellationToken child = token.childToken();
        private final AtomicInteger own = new AtomicInteger();
        private final AtomicInteger below = new AtomicInteger();

        @Operation
        public void cancel() {
            token.cancel();
        }

        @Operation
        public void register() {
            token.onCancel(own::incrementAndGet);
        }

        @Operation
        public void registerBelow() {
            child.onCancel(below::incrementAndGet);
        }

        @Validate
        public void validate() {
            if (own.get() != 1 || below.get() != 1 || !child.isCancelled()) {
                throw new AssertionError("called " + own + " and " + below + " times");
            }
        }
    }

    @Test
    void whoRegistersAsTheTokenIsCancelledIsCalledOnce() {
        Interleavings.checkBriefly(CancelAgainstRegistration.class);
    }

    /** The last registration of a child goes, and with it the child's own one with its parent, as another comes. */
    public static class TakeBackAgainstRegistration {

        private final CancellationToken token = new CancellationToken();
        private final CancellationToken child = token.childToken();
        private final AtomicInteger first = new AtomicInteger();
        private final AtomicInteger second = new AtomicInteger();
        private final CancellationToken.Registration registration = child.onCancel(first::incrementAndGet);

        @Operation
        public void cancel() {
            token.cancel();
        }

        @Operation
        public void takeBack() {
            registration.close();
        }

        @Operation
        public void register() {
            child.onCancel(second::incrementAndGet);
        }

        @Validate
        public void validate() {
            if (first.get() > 1 || second.get() != 1) {
                throw new AssertionError("called " + first + " and " + second + " times");
            }
        }
    }

    @Test
    void aChildWhoseLastCallbackIsTakenBackStillHearsOfTheCancel() {
        Interleavings.checkBriefly(TakeBackAgainstRegistration.class);
    }

    /** Both cancel: the child's callback runs once, whoever comes first. */
    public static class CancelOnTwoLevels {

        private final CancellationToken token = new CancellationToken();
        private final CancellationToken child = token.childToken();
        private final AtomicInteger calls = new AtomicInteger();

        public CancelOnTwoLevels() {
            child.onCancel(calls::incrementAndGet);
        }

        @Operation
        public void cancel() {
            token.cancel();
        }

        @Operation
        public void cancelBelow() {
            child.cancel();
        }

        @Validate
        public void validate() {
            if (calls.get() != 1 || !token.isCancelled() || !child.isCancelled()) {
                throw new AssertionError("called " + calls + " times");
            }
        }
    }

    @Test
    void aCallbackRunsOnceHoweverManyCancelAboveIt() {
        Interleavings.check(CancelOnTwoLevels.class);
    }

    /** A waiter really parks here. */
    public static class CancelAgainstWaiter {

        private final CancellationToken token = new CancellationToken();
        private final CancellationToken child = token.childToken();
        private volatile boolean through;

        @Operation
        public void cancel() {
            token.cancel();
        }

        @Operation
        public void await() throws InterruptedException {
            child.await();
            through = true;
        }

        @Validate
        public void validate() {
            if (!through) {
                throw new AssertionError("the waiter did not come through");
            }
        }
    }

    @Test
    void aWaiterComesThrough() {
        Interleavings.checkBriefly(CancelAgainstWaiter.class);
    }
}
