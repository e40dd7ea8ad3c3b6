package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.net.TcpServerMetrics.State;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Spawner;
import dev.heddle.runtime.task.TaskOptions;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TcpServerTest extends TcpServerFixture {

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

    /** Has whoever starts a server interrupted when the listener is bound and before he has seen it. */
    private record LateInterrupt(Spawner spawner) implements Spawner {

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawn(TaskOptions options, Callable<T> body) {
            JoinHandle<T> handle = spawner.spawn(options, body);
            return "tcp-bind".equals(options.name()) ? interruptFirstJoin(handle) : handle;
        }

        @SuppressWarnings("unchecked") // as the handle is
        private static <T extends @Nullable Object> JoinHandle<T> interruptFirstJoin(JoinHandle<T> handle) {
            AtomicBoolean interrupted = new AtomicBoolean();
            return (JoinHandle<T>) Proxy.newProxyInstance(
                    JoinHandle.class.getClassLoader(),
                    new Class<?>[] {JoinHandle.class},
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("join") && interrupted.compareAndSet(false, true)) {
                            soon().until(handle::isFinished);
                            Thread.currentThread().interrupt();
                            throw new CancellationException("Interrupted while joining");
                        }
                        return method.invoke(handle, arguments);
                    });
        }

        @Override
        public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(TaskOptions options, Callable<T> body) {
            return spawner.spawnBlocking(options, body);
        }

        @Override
        public JoinHandle<@Nullable Void> spawn(TaskOptions options, Runnable body) {
            return spawner.spawn(options, body);
        }

        @Override
        public JoinHandle<@Nullable Void> spawnBlocking(TaskOptions options, Runnable body) {
            return spawner.spawnBlocking(options, body);
        }
    }

    @Test
    void anInterruptOfTheStartLeavesNoListenerBehind() throws Exception {
        TcpServer server = TcpServer.builder(new LateInterrupt(runtime), new Echo())
                .address(Sockets.anyPort())
                .build();
        servers.add(server);
        server.start();
        assertThat(Thread.interrupted()).isTrue();
        try (Client client = new Client(server)) {
            assertThat(client.ask("x")).isEqualTo("x");
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
    void aStartAfterTheShutdownOfTheRuntimeIsRejected() {
        runtime.shutdown(LONG);
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> builder(new Echo()).build().start());
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
