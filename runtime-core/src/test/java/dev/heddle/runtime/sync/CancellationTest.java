package dev.heddle.runtime.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Senders and receivers that interrupt each other at random until a million of their operations have been cancelled. Then
 * what was received has to be what was sent, where a cancelled operation did neither.
 *
 * <p>What a task sent or received is kept as a number and a sum of hashes. A sender whose send was cancelled sends the same
 * element again, so that one which arrived all the same arrives twice.
 */
@Timeout(120)
class CancellationTest {

    private static final int CANCELLATIONS = 1_000_000;
    private static final int SENDERS = 4;
    private static final int RECEIVERS = 4;

    /** What the tasks send and receive through. */
    private interface Pipe {
        void send(long element) throws InterruptedException;

        /** Returns {@code null} at the end. */
        @Nullable
        Long receive() throws InterruptedException;

        void close();
    }

    private record Tally(long elements, long hash) {

        static final Tally NOTHING = new Tally(0, 0);

        Tally with(long element) {
            return plus(new Tally(1, new SplittableRandom(element).nextLong()));
        }

        Tally plus(Tally other) {
            return new Tally(elements + other.elements, hash + other.hash);
        }
    }

    private static Pipe channel(int capacity) {
        Channel<Long> channel = Channel.bounded(capacity);
        return new Pipe() {
            @Override
            public void send(long element) throws InterruptedException {
                channel.send(element);
            }

            @Override
            public @Nullable Long receive() throws InterruptedException {
                return channel.receive();
            }

            @Override
            public void close() {
                channel.close();
            }
        };
    }

    private static Pipe selects() {
        Channel<Long> a = Channel.bounded(1);
        Channel<Long> b = Channel.bounded(0);
        return new Pipe() {
            @Override
            public void send(long element) throws InterruptedException {
                Select.<Boolean>of()
                        .onSend(a, element, () -> true)
                        .onSend(b, element, () -> true)
                        .await();
            }

            @Override
            public @Nullable Long receive() throws InterruptedException {
                try {
                    return Select.<Long>of()
                            .onReceive(b, element -> element)
                            .onReceive(a, element -> element)
                            .await();
                } catch (ClosedException end) {
                    return null;
                }
            }

            @Override
            public void close() {
                a.close();
                b.close();
            }
        };
    }

    @Test
    void aMillionCancelledOperationsLoseAndDoubleNothing() {
        new Trial(channel(2), CANCELLATIONS / 2).run();
        new Trial(channel(0), CANCELLATIONS / 2).run();
    }

    @Test
    void cancelledSelectsLoseAndDoubleNothing() {
        new Trial(selects(), CANCELLATIONS / 20).run();
    }

    private static final class Trial {

        private final Pipe pipe;
        private final int cancellations;
        private final AtomicInteger cancelled = new AtomicInteger();
        private final AtomicReferenceArray<Thread> threads = new AtomicReferenceArray<>(SENDERS + RECEIVERS);

        Trial(Pipe pipe, int cancellations) {
            this.pipe = pipe;
            this.cancellations = cancellations;
        }

        void run() {
            try (AsyncRuntime runtime =
                    AsyncRuntime.newMultiThread().workerThreads(2).build()) {
                List<JoinHandle<Tally>> receivers = new ArrayList<>();
                List<JoinHandle<Tally>> senders = new ArrayList<>();
                IntStream.range(0, RECEIVERS).forEach(i -> receivers.add(runtime.spawn(() -> receiveAll(SENDERS + i))));
                IntStream.range(0, SENDERS).forEach(i -> senders.add(runtime.spawn(() -> sendAll(i))));
                Tally sent = total(senders);
                pipe.close();
                assertThat(total(receivers)).isEqualTo(sent);
                assertThat(sent.elements).isPositive();
            }
        }

        private static Tally total(List<JoinHandle<Tally>> handles) {
            return handles.stream().map(JoinHandle::join).reduce(Tally.NOTHING, Tally::plus);
        }

        private Tally sendAll(int index) {
            SplittableRandom random = new SplittableRandom(index);
            threads.set(index, Thread.currentThread());
            Tally sent = Tally.NOTHING;
            for (long element = index; !isOver(); ) {
                interruptSomebody(random);
                try {
                    pipe.send(element);
                    sent = sent.with(element);
                    element += SENDERS;
                } catch (InterruptedException e) {
                    cancelled.incrementAndGet();
                }
            }
            return sent;
        }

        private Tally receiveAll(int index) {
            SplittableRandom random = new SplittableRandom(index);
            threads.set(index, Thread.currentThread());
            Tally received = Tally.NOTHING;
            for (; ; ) {
                interruptSomebody(random);
                try {
                    Long element = pipe.receive();
                    if (element == null) {
                        return received;
                    }
                    received = received.with(element);
                } catch (InterruptedException e) {
                    cancelled.incrementAndGet();
                }
            }
        }

        private boolean isOver() {
            return cancelled.get() >= cancellations;
        }

        private void interruptSomebody(SplittableRandom random) {
            Thread victim = threads.get(random.nextInt(threads.length()));
            if (victim != null && victim != Thread.currentThread() && !isOver()) {
                victim.interrupt();
            }
        }
    }
}
