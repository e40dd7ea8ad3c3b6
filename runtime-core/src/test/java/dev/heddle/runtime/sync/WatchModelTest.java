package dev.heddle.runtime.sync;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A watch that changes, and is closed, as somebody begins to wait, in every order: no change is missed. */
@Tag("proof")
class WatchModelTest {

    public static class TwoUpdates {

        private final Watch<Integer> watch = Watch.of(0);
        private final Watch.Receiver<Integer> receiver = watch.subscribe();
        private volatile int seen;

        @Operation
        public void updater1() {
            watch.update(value -> value + 1);
        }

        @Operation
        public void updater2() {
            watch.update(value -> value + 2);
        }

        @Operation
        public void waiter() throws InterruptedException {
            while (receiver.changed() != 3) {}
            seen = receiver.value();
        }

        @Validate
        public void validate() {
            if (seen != 3) {
                throw new AssertionError("saw " + seen);
            }
        }
    }

    @Test
    void bothOfTwoUpdatesAreSeen() {
        Interleavings.checkBriefly(TwoUpdates.class);
    }

    public static class Close {

        private final Watch<Integer> watch = Watch.of(0);
        private final Watch.Receiver<Integer> receiver = watch.subscribe();
        private volatile boolean ended;

        @Operation
        public void closer() {
            watch.close();
        }

        @Operation
        public void waiter() throws InterruptedException {
            try {
                receiver.changed();
            } catch (ClosedException e) {
                ended = true;
            }
        }

        @Validate
        public void validate() {
            if (!ended) {
                throw new AssertionError("not told");
            }
        }
    }

    @Test
    void aCloseIsSeen() {
        Interleavings.checkBriefly(Close.class);
    }
}
