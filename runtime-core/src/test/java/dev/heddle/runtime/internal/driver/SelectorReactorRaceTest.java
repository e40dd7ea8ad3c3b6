package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waiters that come just as the poller falls asleep, or as the channel closes. */
@Timeout(60)
class SelectorReactorRaceTest {

    private static final int WAITERS = 2;
    private static final int ROUNDS = 3_000;

    private final SelectorReactor reactor = new SelectorReactor(
            "reactor-test-io", "", new TimerService(1, () -> -1, () -> {}, System::nanoTime, false));
    private final ExecutorService executor = Executors.newFixedThreadPool(WAITERS);
    private final AtomicInteger arrivals = new AtomicInteger();

    @AfterEach
    void close() {
        executor.shutdownNow();
        reactor.shutdown();
        reactor.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    }

    /** Waits until all threads have come here as often. */
    private void meet(int round) {
        arrivals.incrementAndGet();
        for (int spins = 0;
                arrivals.get() < WAITERS * round && !Thread.currentThread().isInterrupted();
                spins++) {
            if (spins < 200) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    @Test
    void noWaiterIsForgottenByAPollerThatFallsAsleep() throws Exception {
        List<Future<Integer>> waiters = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            waiters.add(executor.submit(() -> {
                Pipe pipe = readablePipe();
                try (Pipe.SourceChannel source = pipe.source();
                        Pipe.SinkChannel sink = pipe.sink()) {
                    SelectorRegistration registration = reactor.register(source);
                    for (int round = 1; round <= ROUNDS; round++) {
                        meet(round);
                        registration.await(Waiters.READ, IoSocket.NO_DEADLINE);
                    }
                    registration.close();
                    return sink.isOpen() ? ROUNDS : 0;
                }
            }));
        }
        for (Future<Integer> waiter : waiters) {
            assertThat(waiter.get(50, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
        }
    }

    private static Pipe readablePipe() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        pipe.sink().write(ByteBuffer.allocate(1));
        return pipe;
    }

    @Test
    void aChannelThatClosesAsItsWaiterComesDoesNotHarmTheOthers() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            Pipe closing = readablePipe();
            SelectorRegistration registration = reactor.register(closing.source());
            Future<Boolean> waiter = executor.submit(() -> endsSomehow(registration));
            for (int spins = round % 200 * 20; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            closing.source().close();
            registration.close();
            closing.sink().close();
            assertThat(waiter.get(20, TimeUnit.SECONDS)).isTrue();
        }
        Pipe next = readablePipe();
        try (Pipe.SourceChannel source = next.source();
                Pipe.SinkChannel sink = next.sink()) {
            SelectorRegistration registration = reactor.register(source);
            assertThat(executor.submit(() -> endsSomehow(registration)).get(20, TimeUnit.SECONDS))
                    .isTrue();
            registration.close();
            assertThat(sink.isOpen()).isTrue();
        }
        assertThat(reactor.registrations()).isZero();
    }

    private static boolean endsSomehow(SelectorRegistration registration) {
        try {
            registration.await(Waiters.READ, IoSocket.NO_DEADLINE);
        } catch (IOException closed) {
            return closed.getMessage() == null;
        }
        return true;
    }
}
