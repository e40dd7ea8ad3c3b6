package dev.heddle.runtime.sync;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The hand-over of an element to, or from, one who gives up at that moment, on real processors: it changes hands, with what
 * was written before it was sent, or it does not.
 */
final class ChannelStress {

    private ChannelStress() {}

    /** What is sent. Its field is plain, so the channel alone publishes it. */
    private static final class Element {

        private int field;

        Element(int field) {
            this.field = field;
        }

        static int field(@Nullable Element element) {
            return element == null ? 0 : element.field == 0 ? -1 : element.field;
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "received")
    @Outcome(id = "0, 7", expect = ACCEPTABLE, desc = "not received, and left in the channel")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or received without its content")
    public static class ReceiverGivesUp {

        private final Channel<Element> channel = Channel.bounded(1);

        @Actor
        public void sender() {
            channel.trySend(new Element(7));
        }

        @Actor
        public void receiver(II_Result result) {
            try {
                result.r1 = Element.field(channel.receive(Duration.ZERO));
            } catch (TimeoutException late) {
                result.r1 = 0;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Arbiter
        public void afterwards(II_Result result) {
            result.r2 = Element.field(channel.tryReceive());
        }
    }

    @JCStressTest
    @State
    @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "sent and received")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither")
    @Outcome(expect = FORBIDDEN, desc = "sent to nobody, or received though not sent")
    public static class SenderGivesUp {

        private final Channel<Element> channel = Channel.bounded(0);

        @Actor
        public void sender(II_Result result) {
            try {
                channel.send(new Element(7), Duration.ZERO);
                result.r1 = 1;
            } catch (TimeoutException late) {
                result.r1 = 0;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Actor
        public void receiver(II_Result result) {
            result.r2 = Element.field(channel.tryReceive());
        }
    }
}
