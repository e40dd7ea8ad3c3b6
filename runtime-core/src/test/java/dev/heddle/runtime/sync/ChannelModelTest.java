package dev.heddle.runtime.sync;

import dev.heddle.runtime.Interleavings;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Senders, receivers and one who closes a channel, in every order: what was sent is received once or still there, and nobody
 * waits for ever.
 */
@Tag("proof")
class ChannelModelTest {

    /** Two senders of the elements 1 and 2, and a receiver who takes both. */
    public abstract static class TwoSenders {

        private final Channel<Integer> channel;
        private volatile int received;

        TwoSenders(int capacity) {
            channel = Channel.bounded(capacity);
        }

        @Operation
        public void receiver() throws InterruptedException {
            received = 10 * channel.receive() + channel.receive();
        }

        @Operation
        public void sender1() throws InterruptedException {
            channel.send(1);
        }

        @Operation
        public void sender2() throws InterruptedException {
            channel.send(2);
        }

        @Validate
        public void validate() {
            if ((received != 12 && received != 21) || channel.size() != 0) {
                throw new AssertionError("received " + received + ", left " + channel.size());
            }
        }
    }

    public static class TwoSendersBuffered extends TwoSenders {
        public TwoSendersBuffered() {
            super(1);
        }
    }

    public static class TwoSendersRendezvous extends TwoSenders {
        public TwoSendersRendezvous() {
            super(0);
        }
    }

    @Test
    void whatTwoSendersSendIsReceived() {
        Interleavings.checkBriefly(TwoSendersBuffered.class);
        Interleavings.checkBriefly(TwoSendersRendezvous.class);
    }

    /** A sender of two elements, and two receivers. */
    public abstract static class TwoReceivers {

        private final Channel<Integer> channel;
        private volatile int first;
        private volatile int second;

        TwoReceivers(int capacity) {
            channel = Channel.bounded(capacity);
        }

        @Operation
        public void receiver1() throws InterruptedException {
            first = channel.receive();
        }

        @Operation
        public void receiver2() throws InterruptedException {
            second = channel.receive();
        }

        @Operation
        public void sender() throws InterruptedException {
            channel.send(1);
            channel.send(2);
        }

        @Validate
        public void validate() {
            if (first + second != 3 || first == second || channel.size() != 0) {
                throw new AssertionError("received " + first + " and " + second);
            }
        }
    }

    public static class TwoReceiversBuffered extends TwoReceivers {
        public TwoReceiversBuffered() {
            super(1);
        }
    }

    public static class TwoReceiversRendezvous extends TwoReceivers {
        public TwoReceiversRendezvous() {
            super(0);
        }
    }

    @Test
    void twoReceiversShareWhatIsSent() {
        Interleavings.checkBriefly(TwoReceiversBuffered.class);
        Interleavings.checkBriefly(TwoReceiversRendezvous.class);
    }

    /** A sender who is refused, or whose element is received before the end. */
    public abstract static class Close {

        private final Channel<Integer> channel;
        private volatile boolean sent;
        private volatile @Nullable Integer received;

        Close(int capacity) {
            channel = Channel.bounded(capacity);
        }

        @Operation
        public void closer() {
            channel.close();
        }

        @Operation
        public void receiver() throws InterruptedException {
            received = channel.receive();
        }

        @Operation
        public void sender() throws InterruptedException {
            try {
                channel.send(1);
                sent = true;
            } catch (ClosedException e) {
                sent = false;
            }
        }

        @Validate
        public void validate() {
            boolean arrived = received != null;
            if (sent != arrived) {
                throw new AssertionError("sent " + sent + ", received " + received + ", left " + channel.size());
            }
        }
    }

    public static class CloseBuffered extends Close {
        public CloseBuffered() {
            super(1);
        }
    }

    public static class CloseRendezvous extends Close {
        public CloseRendezvous() {
            super(0);
        }
    }

    @Test
    void aCloseRefusesASenderOrItsElementIsReceived() {
        Interleavings.checkBriefly(CloseBuffered.class);
        Interleavings.checkBriefly(CloseRendezvous.class);
    }

    /** A receiver who is interrupted gives up, or has the element. */
    public static class InterruptedReceiver {

        private final Channel<Integer> channel = Channel.bounded(1);
        private volatile @Nullable Thread thread;
        private volatile boolean interrupted;
        private volatile int received;

        @Operation
        public void interrupter() {
            while (thread == null) {
                Thread.onSpinWait();
            }
            thread.interrupt();
            interrupted = true;
        }

        @Operation
        public void receiver() {
            thread = Thread.currentThread();
            try {
                received = channel.receive();
            } catch (InterruptedException e) {
                received = 0;
            }
            // The checker uses its threads again.
            while (!interrupted) {
                Thread.onSpinWait();
            }
            Thread.interrupted();
        }

        @Operation
        public void sender() throws InterruptedException {
            channel.send(1);
        }

        @Validate
        public void validate() {
            if (received + channel.size() != 1) {
                throw new AssertionError("received " + received + ", left " + channel.size());
            }
        }
    }

    @Test
    void anInterruptedReceiverTakesNothingOrTheElement() {
        Interleavings.checkBriefly(InterruptedReceiver.class);
    }
}
