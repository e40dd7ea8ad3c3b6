package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.RuntimeListener;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.net.TcpServerMetrics.State;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskId;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpServerTest {

    /** A drain that waits for its end fails its test. */
    private static final Duration LONG = Duration.ofHours(1);

    /** So many turns of a loop, for whoever does not wait to be seen to be too early: some milliseconds. */
    private static final int A_WHILE = 1_000_000;

    private static final byte[] TOO_MANY = "too many\n".getBytes(StandardCharsets.UTF_8);

    private final List<Throwable> uncaught = Collections.synchronizedList(new ArrayList<>());
    private final AsyncRuntime runtime = AsyncRuntime.newMultiThread()
            .workerThreads(2)
            .uncaughtTaskHandler((task, failure) -> uncaught.add(failure))
            .build();
    private final List<TcpServer> servers = new ArrayList<>();

    /** Answers each piece with itself, and counts those that see the end of their input. */
    private static final class Echo implements ConnectionHandler {

        private final AtomicInteger ended = new AtomicInteger();

        @Override
        public void handle(TcpStream stream) throws IOException {
            for (String text = Sockets.readText(stream); text != null; text = Sockets.readText(stream)) {
                Sockets.writeText(stream, text);
            }
            ended.incrementAndGet();
        }

        @Override
        public void refuse(TcpStream stream) throws IOException {
            stream.writeAll(ByteBuffer.wrap(TOO_MANY));
        }
    }

    private static final class Client implements AutoCloseable {

        private final Socket socket;

        Client(TcpServer server) throws IOException {
            InetSocketAddress address = server.localAddress();
            socket = new Socket(InetAddress.getLoopbackAddress(), address.getPort());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String receive(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        String ask(String text) throws IOException {
            send(text);
            return receive(text.length());
        }

        /** Returns what comes until the other end is gone, in whatever way. */
        String receiveAll() throws IOException {
            try {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            } catch (SocketException reset) {
                return "";
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @AfterEach
    void close() {
        servers.forEach(TcpServer::close);
        assertThat(runtime.shutdown(LONG).isClean()).isTrue();
        assertThat(runtime.metrics().ioRegistrations()).isZero();
    }

    private TcpServerBuilder builder(ConnectionHandler handler) {
        return TcpServer.builder(runtime, handler).address(Sockets.anyPort());
    }

    private TcpServer start(TcpServerBuilder builder) throws IOException {
        TcpServer server = builder.build();
        servers.add(server);
        server.start();
        return server;
    }

    private static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private static void awaitOpen(TcpServer server, int count) {
        soon().until(() -> server.metrics().open() == count);
    }

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
    void eachConnectionIsServedByATaskOfItsOwnAndCounted() throws Exception {
        TcpServer server = start(builder(new Echo()).name("echo"));
        try (Client first = new Client(server);
                Client second = new Client(server)) {
            assertThat(first.ask("one")).isEqualTo("one");
            assertThat(second.ask("second")).isEqualTo("second");
            assertThat(runtime.tasks())
                    .extracting(TaskSnapshot::name)
                    .containsExactlyInAnyOrder("echo-accept", "echo-connection", "echo-connection");
            // The last answer may be here before it is counted there.
            soon().until(() -> server.metrics().bytesWritten() == 9);
            TcpServerMetrics metrics = server.metrics();
            assertThat(metrics.state()).isEqualTo(State.LISTENING);
            assertThat(metrics.address()).isEqualTo(server.localAddress());
            assertThat(metrics.open()).isEqualTo(2);
            assertThat(metrics.bytesRead()).isEqualTo(9);
        }
        awaitOpen(server, 0);
        assertThat(server.metrics().accepted()).isEqualTo(2);
        assertThat(server.metrics().failed()).isZero();
        assertThat(server.metrics().acceptErrors()).isZero();
    }

    @Test
    void aHandlerThatReturnsHasItsStreamClosed() throws Exception {
        TcpServer server = start(builder(stream -> Sockets.writeText(stream, "bye")));
        try (Client client = new Client(server)) {
            assertThat(client.receiveAll()).isEqualTo("bye");
        }
        awaitOpen(server, 0);
        Sockets.awaitRegistrations(runtime, 1);
    }

    @Test
    void aHandlerThatThrowsIsReportedOnceAndHarmsNobodyElse() throws Exception {
        Echo echo = new Echo();
        TcpServer server = start(builder(stream -> {
            String text = Sockets.readText(stream);
            if ("fail".equals(text)) {
                throw new IllegalStateException("on purpose");
            }
            Sockets.writeText(stream, "fine");
            echo.handle(stream);
        }));
        try (Client good = new Client(server);
                Client bad = new Client(server)) {
            good.send("work");
            assertThat(good.receive(4)).isEqualTo("fine");
            bad.send("fail");
            assertThat(bad.receiveAll()).isEmpty();
            soon().until(() -> server.metrics().failed() == 1);
            assertThat(good.ask("again")).isEqualTo("again");
        }
        awaitOpen(server, 0);
        soon().until(() -> !uncaught.isEmpty());
        assertThat(uncaught)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessage("on purpose"));
        assertThat(runtime.metrics().uncaughtFailures()).isOne();
    }

    @Test
    void aConnectionThatIsLostIsNoFailure() throws Exception {
        TcpServer server = start(builder(stream -> {
            throw new IOException("as a reset would");
        }));
        try (Client client = new Client(server)) {
            assertThat(client.receiveAll()).isEmpty();
        }
        awaitOpen(server, 0);
        assertThat(server.metrics().failed()).isZero();
        assertThat(runtime.metrics().failed()).isZero();
    }

    @Test
    void beyondTheMostConnectionsClientsWaitUntilOneEnds() throws Exception {
        TcpServer server = start(builder(new Echo()).maxConnections(2));
        try (Client first = new Client(server);
                Client second = new Client(server);
                Client third = new Client(server)) {
            assertThat(first.ask("1")).isEqualTo("1");
            assertThat(second.ask("2")).isEqualTo("2");
            third.send("3");
            soon().until(() -> runtime.tasks().stream()
                    .anyMatch(task -> "tcp-accept".equals(task.name())
                            && OneWaiter.class.getName().equals(task.waitingOn())));
            assertThat(server.metrics().accepted()).isEqualTo(2);
            first.close();
            assertThat(third.receive(1)).isEqualTo("3");
            assertThat(server.metrics().open()).isEqualTo(2);
            assertThat(server.metrics().refused()).isZero();
        }
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
    void beyondTheMostConnectionsClientsAreToldIfTheServerRefuses() throws Exception {
        TcpServer server = start(builder(new Echo()).maxConnections(2).overflow(TcpServer.Overflow.REFUSE));
        try (Client first = new Client(server);
                Client second = new Client(server)) {
            assertThat(first.ask("1")).isEqualTo("1");
            assertThat(second.ask("2")).isEqualTo("2");
            try (Client third = new Client(server)) {
                assertThat(third.receiveAll()).isEqualTo("too many\n");
            }
            assertThat(server.metrics().refused()).isOne();
            assertThat(server.metrics().accepted()).isEqualTo(2);
        }
        awaitOpen(server, 0);
        try (Client fourth = new Client(server)) {
            assertThat(fourth.ask("4")).isEqualTo("4");
        }
    }

    @Test
    void aRefusalThatThrowsHarmsNobody() throws Exception {
        AtomicBoolean told = new AtomicBoolean();
        TcpServer server = start(builder(new ConnectionHandler() {
                    @Override
                    public void handle(TcpStream stream) throws IOException {
                        new Echo().handle(stream);
                    }

                    @Override
                    public void refuse(TcpStream stream) {
                        told.set(true);
                        throw new IllegalStateException("on purpose");
                    }
                })
                .maxConnections(1)
                .overflow(TcpServer.Overflow.REFUSE));
        try (Client first = new Client(server)) {
            assertThat(first.ask("1")).isEqualTo("1");
            try (Client second = new Client(server)) {
                assertThat(second.receiveAll()).isEmpty();
            }
            assertThat(told).isTrue();
        }
        awaitOpen(server, 0);
        try (Client third = new Client(server)) {
            assertThat(third.ask("3")).isEqualTo("3");
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
    void aTakenPortIsRefusedAndTheServerCanBeStartedLater() throws Exception {
        TcpServer first = start(builder(new Echo()));
        TcpServer second = TcpServer.builder(runtime, new Echo())
                .address(first.localAddress())
                .build();
        servers.add(second);
        assertThatExceptionOfType(BindException.class).isThrownBy(second::start);
        assertThat(second.metrics().state()).isEqualTo(State.STOPPED);
        first.stop(LONG);
        // With the selector the port is free a moment later.
        soon().ignoreExceptions().untilAsserted(second::start);
        try (Client client = new Client(second)) {
            assertThat(client.ask("2")).isEqualTo("2");
        }
    }

    @Test
    void aConnectionOnWhichNothingHappensIsClosed() throws Exception {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        TcpServer server = start(builder(stream -> {
                    try {
                        stream.read(ByteBuffer.allocate(1));
                        end.complete(null);
                    } catch (IOException e) {
                        end.complete(e);
                        throw e;
                    }
                })
                .idleTimeout(Duration.ofMillis(50)));
        try (Client client = new Client(server)) {
            assertThat(client.receiveAll()).isEmpty();
            assertThat(end.get()).isInstanceOf(ClosedChannelException.class);
            assertThat(server.metrics().idleClosed()).isOne();
            assertThat(server.metrics().failed()).isZero();
        }
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
    void aStartAfterTheShutdownOfTheRuntimeIsRejected() {
        runtime.shutdown(LONG);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> builder(new Echo()).build().start());
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

    @Test
    void badSettingsAreRefusedWithTheirValue() {
        TcpServerBuilder builder = builder(new Echo());
        assertThatIllegalArgumentException().isThrownBy(() -> builder.name(" "));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxConnections(0))
                .withMessageContaining("0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.backlog(-3))
                .withMessageContaining("-3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.idleTimeout(Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.address(InetSocketAddress.createUnresolved("nowhere", 1)))
                .withMessageContaining("nowhere");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.build().stop(Duration.ofMillis(-1)))
                .withMessageContaining("PT-0.001S");
    }
}
