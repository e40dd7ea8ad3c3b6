package dev.heddle.runtime.sync;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two senders and two receivers of a broadcast in every order: each receiver gets, or is told that it missed, everything. */
@Tag("proof")
class BroadcastModelTest {

    public static class OneValueRetained {

        private final Broadcast<Integer> broadcast = Broadcast.retaining(1);
        private final Broadcast.Receiver<Integer> first = broadcast.subscribe();
        private final Broadcast.Receiver<Integer> second = broadcast.subscribe();
        private volatile long firstGot;
        private volatile long secondGot;

        @Operation
        public void receiver1() throws InterruptedException {
            firstGot = takeTwo(first);
        }

        @Operation
        public void receiver2() throws InterruptedException {
            secondGot = takeTwo(second);
        }

        @Operation
        public void sender() {
            broadcast.send(1);
            broadcast.send(2);
        }

        private static long takeTwo(Broadcast.Receiver<Integer> receiver) throws InterruptedException {
            long got = 0;
            int last = 0;
            while (got < 2) {
                try {
                    int value = receiver.receive();
                    if (value <= last) {
                        throw new AssertionError(value + " after " + last);
                    }
                    last = value;
                    got++;
                } catch (LaggedException lagged) {
                    got += lagged.missed();
                }
            }
            return got;
        }

        @Validate
        public void validate() {
            if (firstGot != 2 || secondGot != 2) {
                throw new AssertionError("got " + firstGot + " and " + secondGot);
            }
        }
    }

    @Test
    void eachReceiverGetsOrMissesEverything() {
        Interleavings.checkBriefly(OneValueRetained.class);
    }
}
