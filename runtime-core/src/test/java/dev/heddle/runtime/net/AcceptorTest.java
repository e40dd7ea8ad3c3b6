package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.internal.context.DescriptorsExhaustedException;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What accepting does when the system has no descriptors, on a socket and a clock that only pretend. */
class AcceptorTest {

    /** An answer of the socket: there is no connection to accept. */
    private static final Object NOBODY = new Object();

    private final Queue<Object> answers = new ArrayDeque<>();
    private final List<Long> pauses = new ArrayList<>();
    private final List<String> listeners = new ArrayList<>();
    private long timerDeadline;
    private boolean timerCancelled;
    private boolean closed;
    private long now;

    private final IoSocket connection = Fake.of(IoSocket.class, (method, arguments) -> null);

    private final IoSocket socket = Fake.of(IoSocket.class, (method, arguments) -> switch (method) {
        case "accept" -> {
            Object answer = answers.remove();
            if (answer instanceof IOException e) {
                throw e;
            }
            yield answer == NOBODY ? null : answer;
        }
        case "awaitClose" -> {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            pauses.add((long) arguments[0] - now);
            now = (long) arguments[0];
            yield null;
        }
        case "whenReadable", "whenEnded" -> {
            listeners.add(method);
            yield (Runnable) () -> listeners.remove(method);
        }
        case "requireUsable" -> {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            yield null;
        }
        default -> throw new AssertionError(method);
    });

    private final Timers timers = Fake.of(Timers.class, (method, arguments) -> switch (method) {
        case "nanoTime" -> now;
        case "schedule" -> {
            timerDeadline = (long) arguments[0];
            yield Fake.of(Timers.Timer.class, (cancel, none) -> timerCancelled = true);
        }
        default -> throw new AssertionError(method);
    });
    private final Acceptor acceptor = new Acceptor(socket, timers);

    private void refuse(int times) {
        for (int i = 0; i < times; i++) {
            answers.add(new DescriptorsExhaustedException(new IOException("Too many open files")));
        }
    }

    @Test
    void eachRefusalIsFollowedByALongerPauseUpToASecond() throws Exception {
        refuse(10);
        answers.add(connection);
        assertThat(acceptor.accept()).isSameAs(connection);
        assertThat(pauses.stream().map(pause -> pause / 1_000_000))
                .containsExactly(5L, 10L, 20L, 40L, 80L, 160L, 320L, 640L, 1000L, 1000L);
        assertThat(acceptor.refusals()).isEqualTo(10);
    }

    @Test
    void afterASuccessThePausesBeginAnew() throws Exception {
        refuse(2);
        answers.add(connection);
        refuse(1);
        answers.add(connection);
        acceptor.accept();
        acceptor.accept();
        assertThat(pauses.stream().map(pause -> pause / 1_000_000)).containsExactly(5L, 10L, 5L);
    }

    @Test
    void aCloseEndsThePause() {
        refuse(1);
        closed = true;
        assertThatExceptionOfType(AsynchronousCloseException.class).isThrownBy(acceptor::accept);
    }

    private static void nothing() {}

    @Test
    void aSelectWaitsForTheSocketUnlessConnectionsAreRefused() throws Exception {
        answers.add(connection);
        assertThat(acceptor.poll()).isSameAs(connection);
        Runnable withdrawal = acceptor.whenReady(AcceptorTest::nothing);
        assertThat(listeners).containsExactly("whenReadable");
        withdrawal.run();
        assertThat(listeners).isEmpty();
    }

    @Test
    void aSelectWaitsLongerAfterEachRefusalAndAsksNotBefore() throws Exception {
        for (long pause : new long[] {5_000_000, 10_000_000, 20_000_000}) {
            refuse(1);
            assertThat(acceptor.poll()).isNull();
            // Nobody asks the socket now, which would have no answer.
            assertThat(acceptor.poll()).isNull();
            Runnable withdrawal = acceptor.whenReady(AcceptorTest::nothing);
            assertThat(listeners).containsExactly("whenEnded");
            assertThat(timerDeadline).isEqualTo(now + pause);
            timerCancelled = false;
            withdrawal.run();
            assertThat(timerCancelled).isTrue();
            assertThat(listeners).isEmpty();
            now = timerDeadline;
        }
        answers.add(connection);
        assertThat(acceptor.poll()).isSameAs(connection);
        assertThat(acceptor.refusals()).isEqualTo(3);
        refuse(1);
        assertThat(acceptor.poll()).isNull();
        acceptor.whenReady(AcceptorTest::nothing);
        assertThat(timerDeadline).isEqualTo(now + 5_000_000);
    }

    @Test
    void aSelectThatFindsNobodyAfterThePauseWaitsForTheSocketAgain() throws Exception {
        refuse(1);
        assertThat(acceptor.poll()).isNull();
        acceptor.whenReady(AcceptorTest::nothing).run();
        now = timerDeadline;
        answers.add(NOBODY);
        assertThat(acceptor.poll()).isNull();
        acceptor.whenReady(AcceptorTest::nothing);
        assertThat(listeners).containsExactly("whenReadable");
    }

    @Test
    void aSelectHearsOfTheCloseWithinThePause() throws Exception {
        refuse(1);
        assertThat(acceptor.poll()).isNull();
        closed = true;
        assertThatExceptionOfType(AsynchronousCloseException.class).isThrownBy(acceptor::poll);
    }

    private interface Body {
        void run() throws Exception;
    }

    /** Runs a body, and returns how often it has logged. */
    private static int logsOf(Body body, boolean firstFails) throws Exception {
        AtomicInteger published = new AtomicInteger();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (published.incrementAndGet() == 1 && firstFails) {
                    throw new NoClassDefFoundError("Too many open files");
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(TcpListener.class.getName());
        logger.addHandler(handler);
        try {
            body.run();
        } finally {
            logger.removeHandler(handler);
        }
        return published.get();
    }

    @Test
    void aLogThatFailsDoesNotEndTheAcceptingAndIsTriedAgain() throws Exception {
        refuse(3);
        answers.add(connection);
        int logs = logsOf(() -> assertThat(acceptor.accept()).isSameAs(connection), true);
        assertThat(logs).isEqualTo(2);
    }

    @Test
    void aShortageIsReportedOnceThoughSomeAreAcceptedInBetween() throws Exception {
        int logs = logsOf(
                () -> {
                    for (int i = 0; i < 10; i++) {
                        refuse(1);
                        answers.add(connection);
                        acceptor.accept();
                        refuse(1);
                        assertThat(acceptor.poll()).isNull();
                        now = pauseEnd();
                        answers.add(connection);
                        acceptor.poll();
                    }
                },
                false);
        assertThat(logs).isOne();
    }

    private long pauseEnd() {
        acceptor.whenReady(AcceptorTest::nothing);
        return timerDeadline;
    }

    @Test
    void aShortageAfterAQuietSecondIsReportedAgain() throws Exception {
        int logs = logsOf(
                () -> {
                    for (int i = 0; i < 3; i++) {
                        refuse(1);
                        answers.add(connection);
                        acceptor.accept();
                        now += 1_000_000_000;
                        answers.add(connection);
                        acceptor.accept();
                    }
                },
                false);
        assertThat(logs).isEqualTo(3);
    }

    @Test
    void anotherErrorIsNotForTheAcceptorToMend() {
        answers.add(new IOException("Operation not permitted"));
        assertThatExceptionOfType(IOException.class).isThrownBy(acceptor::accept);
        assertThat(acceptor.refusals()).isZero();
    }
}
