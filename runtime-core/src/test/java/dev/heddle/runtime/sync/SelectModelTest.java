package dev.heddle.runtime.sync;

import dev.heddle.runtime.Interleavings;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Selects against those they wait for, and against each other, in every order: each takes one branch, and only one. */
@Tag("proof")
class SelectModelTest {

    /** Two selects that can only meet each other, over two channels in opposite order. */
    public static class TwoSelects {

        private final Channel<Integer> a = Channel.bounded(0);
        private final Channel<Integer> b = Channel.bounded(0);
        private volatile int sent;
        private volatile int received;

        @Operation
        public void receiver() throws InterruptedException {
            received = Select.<Integer>biased()
                    .onReceive(b, element -> element)
                    .onReceive(a, element -> element)
                    .await();
        }

        @Operation
        public void sender() throws InterruptedException {
            sent = Select.<Integer>biased()
                    .onSend(a, 1, () -> 1)
                    .onSend(b, 2, () -> 2)
                    .await();
        }

        @Validate
        public void validate() {
            if (sent != received || sent == 0) {
                throw new AssertionError("sent " + sent + ", received " + received);
            }
        }
    }

    @Test
    void twoSelectsMeetAtOneChannel() {
        Interleavings.checkBriefly(TwoSelects.class);
    }

    /** A select that waits at two channels, each of which gets an element: it takes one, and the other stays. */
    public static class TwoSenders {

        private final Channel<Integer> a = Channel.bounded(1);
        private final Channel<Integer> b = Channel.bounded(1);
        private volatile int received;

        @Operation
        public void receiver() throws InterruptedException {
            received = Select.<Integer>biased()
                    .onReceive(a, element -> element)
                    .onReceive(b, element -> element)
                    .await();
        }

        @Operation
        public void sender1() throws InterruptedException {
            a.send(1);
        }

        @Operation
        public void sender2() throws InterruptedException {
            b.send(2);
        }

        @Validate
        public void validate() {
            int left = (a.size() == 1 ? 1 : 0) + (b.size() == 1 ? 2 : 0);
            if (received + left != 3 || received == 0) {
                throw new AssertionError("received " + received + ", left " + left);
            }
        }
    }

    @Test
    void theElementOfABranchThatIsNotTakenStays() {
        Interleavings.checkBriefly(TwoSenders.class);
    }

    /** A select whose channel is closed as an element comes. */
    public static class Close {

        private final Channel<Integer> channel = Channel.bounded(0);
        private final Notify notify = new Notify();
        private volatile boolean sent;
        private volatile int received;

        @Operation
        public void closer() {
            channel.close();
            notify.notifyOne();
        }

        @Operation
        public void receiver() throws InterruptedException {
            received = Select.<Integer>biased()
                    .onReceive(channel, element -> element)
                    .onNotify(notify, () -> 0)
                    .await();
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
            if (sent != (received == 1)) {
                throw new AssertionError("sent " + sent + ", received " + received);
            }
        }
    }

    @Test
    void aCloseRefusesTheSenderOrTheSelectReceives() {
        Interleavings.checkBriefly(Close.class);
    }

    /** A notification goes to a select or to another waiter, and the one that it does not go to is served by a channel. */
    public static class NotifyAgainstSend {

        private final Channel<Integer> channel = Channel.bounded(1);
        private final Notify notify = new Notify();
        private volatile int taken;

        @Operation
        public void notifier() {
            notify.notifyOne();
        }

        @Operation
        public void selecter() throws InterruptedException {
            taken = Select.<Integer>biased()
                    .onReceive(channel, element -> 1)
                    .onNotify(notify, () -> 2)
                    .await();
        }

        @Operation
        public void sender() throws InterruptedException {
            channel.send(1);
        }

        @Validate
        public void validate() {
            boolean elementLeft = channel.size() == 1;
            boolean notificationLeft = notify.takePermit();
            if (elementLeft != (taken == 2) || notificationLeft != (taken == 1)) {
                throw new AssertionError("took " + taken + ", left " + elementLeft + ", " + notificationLeft);
            }
        }
    }

    @Test
    void aNotificationThatIsNotTakenStays() {
        Interleavings.checkBriefly(NotifyAgainstSend.class);
    }

    /** A value that is broadcast goes to a select, or stays for its receiver when the select is served by a channel. */
    public static class BroadcastAgainstSend {

        private final Broadcast<Integer> broadcast = Broadcast.retaining(1);
        private final Broadcast.Receiver<Integer> receiver = broadcast.subscribe();
        private final Channel<Integer> channel = Channel.bounded(1);
        private volatile int taken;

        @Operation
        public void broadcaster() {
            broadcast.send(1);
            broadcast.send(2);
        }

        @Operation
        public void selecter() throws InterruptedException {
            taken = Select.<Integer>biased()
                    .onReceive(channel, element -> 4)
                    .onReceive(receiver, value -> value, missed -> 3)
                    .await();
        }

        @Operation
        public void sender() throws InterruptedException {
            channel.send(1);
        }

        @Validate
        public void validate() throws InterruptedException {
            int elementLeft = channel.size();
            int seen = 0;
            int missed = 0;
            try {
                seen = Objects.requireNonNull(receiver.tryReceive());
            } catch (LaggedException lagged) {
                missed = (int) lagged.missed();
            }
            // The first value, or that it was missed; then the second, which is there in any case.
            boolean right = switch (taken) {
                case 1 -> elementLeft == 1 && seen == 2;
                case 3 -> elementLeft == 1 && seen == 2;
                case 4 -> elementLeft == 0 && missed == 1;
                default -> false;
            };
            if (!right) {
                throw new AssertionError("took " + taken + ", left " + elementLeft + ", " + seen + ", " + missed);
            }
        }
    }

    @Test
    void aBroadcastValueThatIsNotTakenStays() {
        Interleavings.checkBriefly(BroadcastAgainstSend.class);
    }

    /** A select that is interrupted gives up, or has the element. */
    public static class Interrupt {

        private final Channel<Integer> channel = Channel.bounded(1);
        private volatile @Nullable Thread thread;
        private volatile boolean interrupted;
        private volatile int received;

        @Operation
        public void interrupter() {
            Thread target = thread;
            if (target != null) {
                target.interrupt();
            }
            interrupted = true;
        }

        @Operation
        public void receiver() {
            thread = Thread.currentThread();
            try {
                received = Select.<Integer>of()
                        .onReceive(channel, element -> element)
                        .await();
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
    void anInterruptedSelectTakesNothingOrTheElement() {
        Interleavings.checkBriefly(Interrupt.class);
    }
}
