package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.Gate;
import dev.heddle.runtime.RuntimeListener;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.net.TcpServerMetrics.State;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How servers, and the tasks of their connections, come to an end. */
class TcpServerStopTest extends TcpServerFixture {

    /** So many turns of a loop, for whoever does not wait to be seen to be too early: some milliseconds. */
    private static final int A_WHILE = 1_000_000;

    private static boolean refuses(TcpServer server) throws IOException {
        try (Client refused = new Client(server)) {
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private TaskId idOfTask(String name) {
        return runtime.tasks().stream()
                .filter(task -> name.equals(task.name()))
                .map(TaskSnapshot::id)
                .map(TaskId::new)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aServerThatIsFullStopsAtOnce() throws Exception {
        TcpServer server = start(builder(new Echo()).maxConnections(1));
        try (Client client = new Client(server)) {
            client.ask("1");
            assertThat(server.stop(LONG)).matches(DrainReport::isClean).returns(1, DrainReport::drained);
        }
    }

    @Test
    void aDrainLetsHandlersFinishWhatTheyHaveRead() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        Echo echo = new Echo();
        TcpServer server = start(builder(stream -> {
            String text = Sockets.readText(stream);
            if ("slow".equals(text)) {
                working.countDown();
                finish.await();
                Sockets.writeText(stream, "done");
            }
            echo.handle(stream);
        }));
        try (Client idle = new Client(server);
                Client busy = new Client(server)) {
            idle.send("first");
            busy.send("slow");
            working.await();
            JoinHandle<DrainReport> stop = runtime.spawn(() -> server.stop(LONG));
            // The one that waits for more has been told, and the listener is closed.
            assertThat(idle.receiveAll()).isEmpty();
            soon().until(() -> server.metrics().open() == 1);
            assertThat(server.metrics().state()).isEqualTo(State.DRAINING);
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> new Client(server).close());
            assertThat(stop.isFinished()).isFalse();
            finish.countDown();
            assertThat(busy.receiveAll()).isEqualTo("done");
            assertThat(stop.join()).returns(2, DrainReport::drained).matches(DrainReport::isClean);
            assertThat(echo.ended).hasValue(2);
        }
        assertThat(server.metrics().state()).isEqualTo(State.STOPPED);
        assertThat(server.isStarted()).isFalse();
    }

    @Test
    void aDrainBeyondItsTimeAbortsTheHandlers() throws Exception {
        CompletableFuture<Boolean> aborted = new CompletableFuture<>();
        TcpServer server = start(builder(stream -> {
            try {
                Time.sleep(Duration.ofDays(1));
            } finally {
                for (int i = 0; i < A_WHILE; i++) {
                    Thread.onSpinWait();
                }
                aborted.complete(Task.current().isAborted());
            }
        }));
        try (Client client = new Client(server)) {
            awaitOpen(server, 1);
            DrainReport report = server.stop(Duration.ofMillis(20));
            assertThat(report).returns(1, DrainReport::aborted).returns(0, DrainReport::drained);
            assertThat(report.remaining()).isZero();
            assertThat(report.elapsed()).isGreaterThanOrEqualTo(Duration.ofMillis(20));
            assertThat(aborted).isCompletedWithValue(true);
            assertThat(client.receiveAll()).isEmpty();
            assertThat(server.metrics().failed()).isZero();
        }
    }

    @Test
    void aHandlerThatIgnoresEvenTheAbortIsCountedAndItsStreamClosed() throws Exception {
        AtomicBoolean leave = new AtomicBoolean();
        TcpServer server = start(builder(stream -> {
            while (!leave.get()) {
                Thread.onSpinWait();
            }
        }));
        try (Client client = new Client(server)) {
            awaitOpen(server, 1);
            assertThat(server.stop(Duration.ZERO)).returns(1, DrainReport::remaining);
            assertThat(client.receiveAll()).isEmpty();
        } finally {
            leave.set(true);
        }
        awaitOpen(server, 0);
    }

    @Test
    void anInterruptedDrainAbortsAtOnceAndKeepsTheInterrupt() throws Exception {
        TcpServer server = start(builder(stream -> Time.sleep(Duration.ofDays(1))));
        try (Client client = new Client(server)) {
            awaitOpen(server, 1);
            Thread.currentThread().interrupt();
            DrainReport report = server.stop(Duration.ofDays(1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(report.aborted()).isOne();
            assertThat(client.receiveAll()).isEmpty();
        }
    }

    @Test
    void aHandlerCannotStopItsOwnServer() throws Exception {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        TcpServer server = start(builder(stream -> {
            try {
                servers.getFirst().stop(LONG);
                refusal.complete(null);
            } catch (IllegalStateException e) {
                refusal.complete(e);
            }
        }));
        try (Client client = new Client(server)) {
            assertThat(refusal.get()).hasMessageContaining("wait for itself");
            assertThat(client.receiveAll()).isEmpty();
        }
    }

    /** Has a server that is full, and a client whom it is about to tell so. */
    private void refusing(ConnectionHandler handler, RefusedClient test) throws Exception {
        TcpServer server = start(builder(handler).maxConnections(1).overflow(TcpServer.Overflow.REFUSE));
        try (Client served = new Client(server)) {
            awaitOpen(server, 1);
            try (Client refused = new Client(server)) {
                test.run(server, refused);
            }
        }
    }

    private interface RefusedClient {
        void run(TcpServer server, Client refused) throws Exception;
    }

    /** Serves nobody for good, and tells clients that they are refused by something of its own. */
    private record Refusing(Refusal refusal) implements ConnectionHandler {

        interface Refusal {
            void refuse(TcpStream stream) throws Exception;
        }

        @Override
        public void handle(TcpStream stream) throws Exception {
            new Echo().handle(stream);
        }

        @Override
        public void refuse(TcpStream stream) throws Exception {
            refusal.refuse(stream);
        }
    }

    @Test
    void aHandlerThatRefusesCannotStopItsOwnServer() throws Exception {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        Refusing handler = new Refusing(stream -> {
            try {
                servers.getFirst().stop(LONG);
                refusal.complete(null);
            } catch (IllegalStateException e) {
                refusal.complete(e);
            }
        });
        refusing(handler, (server, refused) -> {
            assertThat(refusal.get()).hasMessageContaining("wait for itself");
            assertThat(refused.receiveAll()).isEmpty();
            assertThat(server.metrics().state()).isEqualTo(State.LISTENING);
        });
    }

    @Test
    void aRefusalThatIgnoresEvenTheAbortHoldsNobodyUpAndItsStreamIsClosed() throws Exception {
        Gate gate = new Gate();
        refusing(new Refusing(stream -> gate.passUninterruptibly()), (server, refused) -> {
            gate.awaitArrival();
            try {
                assertThat(server.stop(Duration.ZERO).remaining()).isZero();
                assertThat(refused.receiveAll()).isEmpty();
                assertThat(server.isStarted()).isFalse();
            } finally {
                gate.open();
            }
        });
    }

    @Test
    void aServerThatWasStoppedCanBeStartedAgain() throws Exception {
        TcpServer server = start(builder(new Echo()).idleTimeout(LONG));
        try (Client client = new Client(server)) {
            client.ask("1");
        }
        assertThat(server.stop(LONG).isClean()).isTrue();
        assertThatIllegalStateException().isThrownBy(server::localAddress).withMessageContaining("not started");
        assertThat(server.metrics().address()).isNull();
        server.start();
        try (Client client = new Client(server)) {
            assertThat(client.ask("2")).isEqualTo("2");
        }
        awaitOpen(server, 0);
        assertThat(server.metrics().accepted()).isEqualTo(2);
        server.stop(LONG);
        soon().until(() -> runtime.tasks().isEmpty());
    }

    @Test
    void aSecondStartOrStopHasNoEffect() throws Exception {
        TcpServer server = start(builder(new Echo()));
        InetSocketAddress address = server.localAddress();
        server.start();
        assertThat(server.localAddress()).isEqualTo(address);
        server.stop(LONG);
        assertThat(server.stop(LONG)).isEqualTo(DrainReport.NOTHING);
    }

    @Test
    void anAbortOfTheTaskThatAcceptsIsSeenAndClosesTheListener() throws Exception {
        TcpServer server = start(builder(new Echo()));
        try (Client client = new Client(server)) {
            client.ask("1");
            runtime.abort(idOfTask("tcp-accept"));
            soon().until(() -> server.metrics().state() == State.BROKEN);
            soon().until(() -> refuses(server));
            assertThat(client.ask("2")).isEqualTo("2");
            server.stop(LONG);
            server.start();
            assertThat(server.metrics().state()).isEqualTo(State.LISTENING);
        }
    }

    @Test
    void aTaskThatIsAbortedBeforeItBeginsLeavesNoConnectionBehind() throws Exception {
        // Whatever the moment of the abort, before or after the beginning, nothing is left open.
        AtomicBoolean over = new AtomicBoolean();
        TcpServer server = start(builder(new Echo()).maxConnections(4));
        JoinHandle<Object> aborter = runtime.spawn(() -> {
            while (!over.get()) {
                runtime.tasks().stream()
                        .filter(task -> "tcp-connection".equals(task.name()))
                        .forEach(task -> runtime.abort(new TaskId(task.id())));
                Task.yieldNow();
            }
            return null;
        });
        for (int i = 0; i < 300; i++) {
            try (Client client = new Client(server)) {
                assertThat(client.receiveAll()).isEmpty();
            }
        }
        over.set(true);
        aborter.join();
        awaitOpen(server, 0);
        assertThat(server.metrics().failed()).isZero();
        Sockets.awaitRegistrations(runtime, 1);
    }

    @Test
    void aTaskThatNeverBeginsHasItsConnectionClosed() throws Exception {
        AtomicReference<AsyncRuntime> itself = new AtomicReference<>();
        RuntimeListener abortsConnections = new RuntimeListener() {
            @Override
            public void taskSpawned(Task task) {
                if ("tcp-connection".equals(task.name())) {
                    itself.get().abort(task.id());
                }
            }
        };
        try (AsyncRuntime other = AsyncRuntime.newMultiThread()
                        .workerThreads(2)
                        .listener(abortsConnections)
                        .build();
                TcpServer server = TcpServer.builder(other, stream -> {
                            throw new AssertionError("has begun");
                        })
                        .address(Sockets.anyPort())
                        .build()) {
            itself.set(other);
            server.start();
            try (Client client = new Client(server)) {
                assertThat(client.receiveAll()).isEmpty();
                awaitOpen(server, 0);
                assertThat(server.metrics().accepted()).isOne();
                assertThat(server.metrics().failed()).isZero();
            }
        }
    }

    @Test
    void aHandlerThatIsAbortedWhileItReadsIsNotTakenForALostConnection() throws Exception {
        TcpServer server = start(builder(new Echo()));
        try (Client client = new Client(server)) {
            client.ask("1");
            long before = runtime.metrics().aborted();
            runtime.abort(idOfTask("tcp-connection"));
            assertThat(client.receiveAll()).isEmpty();
            soon().until(() -> runtime.metrics().aborted() == before + 1);
            assertThat(server.metrics().failed()).isZero();
        }
    }

    @Test
    void aShutdownOfTheRuntimeEndsAServerThatNobodyStopped() throws Exception {
        AsyncRuntime other = Sockets.twoWorkers();
        TcpServer server =
                TcpServer.builder(other, new Echo()).address(Sockets.anyPort()).build();
        server.start();
        try (Client client = new Client(server)) {
            client.ask("1");
            other.shutdown(Duration.ZERO);
            assertThat(server.metrics().state()).isEqualTo(State.BROKEN);
            assertThat(client.receiveAll()).isEmpty();
            server.close();
            assertThat(server.metrics().open()).isZero();
        }
    }
}
