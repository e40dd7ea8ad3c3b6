package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.sync.Channel;
import dev.heddle.runtime.sync.Notify;
import dev.heddle.runtime.sync.Select;
import dev.heddle.runtime.sync.Selectable;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32C;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Selects over sockets: a branch that is not taken has read nothing and accepted nobody. */
@Timeout(60)
class SelectSocketTest {

    private enum Taken {
        SOCKET,
        OTHER
    }

    private final AsyncRuntime runtime = Sockets.twoWorkers();
    private final Notify other = new Notify();

    @AfterEach
    void close() {
        runtime.close();
    }

    private <T> Select<Taken> either(Selectable<T> socket) {
        return Select.<Taken>of().onReady(socket, ready -> Taken.SOCKET).onNotify(other, () -> Taken.OTHER);
    }

    private JoinHandle<Taken> spawnEither(Selectable<?> socket) {
        Select<Taken> select = either(socket);
        JoinHandle<Taken> waiting = runtime.spawn(select::await);
        Sockets.awaitSelecting(runtime, waiting);
        return waiting;
    }

    @Test
    void aStreamIsReadyWhenThereIsSomethingToRead() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<Taken> waiting = spawnEither(pair.client().readable());
            Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "hello"));
            assertThat(waiting.join()).isEqualTo(Taken.SOCKET);
            assertThat(Sockets.in(runtime, () -> Sockets.readText(pair.client())))
                    .isEqualTo("hello");
        }
    }

    @Test
    void aStreamIsReadyAtItsEnd() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<Taken> waiting = spawnEither(pair.client().readable());
            pair.server().shutdownOutput();
            assertThat(waiting.join()).isEqualTo(Taken.SOCKET);
            assertThat(Sockets.in(runtime, either(pair.client().readable())::await))
                    .isEqualTo(Taken.SOCKET);
        }
    }

    @Test
    void aStreamWithNothingToReadIsNotReadyThoughSomethingHasCome() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            Select<Taken> now = Select.<Taken>of().onReady(pair.client().readable(), ready -> Taken.SOCKET);
            Sockets.in(runtime, () -> {
                assertThat(now.pollOrElse(() -> Taken.OTHER)).isEqualTo(Taken.OTHER);
                Sockets.writeText(pair.server(), "gone");
                assertThat(now.await()).isEqualTo(Taken.SOCKET);
                assertThat(now.pollOrElse(() -> Taken.OTHER)).isEqualTo(Taken.SOCKET);
                Sockets.readText(pair.client());
                assertThat(now.pollOrElse(() -> Taken.OTHER)).isEqualTo(Taken.OTHER);
                return null;
            });
        }
    }

    @Test
    void whatWasPeekedAtIsStillThereToRead() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            Sockets.in(runtime, () -> {
                Sockets.writeText(pair.server(), "x");
                pair.client().peek(ByteBuffer.allocate(8));
                return either(pair.client().readable()).await();
            });
        }
    }

    @Test
    void aDatagramMakesASocketReady() throws Exception {
        try (UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()))) {
            JoinHandle<Taken> waiting = spawnEither(socket.readable());
            Sockets.in(runtime, () -> {
                socket.send(ByteBuffer.allocate(0), socket.localAddress());
                return null;
            });
            assertThat(waiting.join()).isEqualTo(Taken.SOCKET);
            ByteBuffer incoming = ByteBuffer.allocate(8);
            assertThat(Sockets.in(runtime, () -> socket.receive(incoming))).isEqualTo(socket.localAddress());
        }
    }

    @Test
    void anAcceptedConnectionGoesToTheHandler() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            Select<TcpStream> select = Select.<TcpStream>of().onReady(listener.acceptable(), stream -> stream);
            JoinHandle<TcpStream> waiting = runtime.spawn(select::await);
            Sockets.awaitSelecting(runtime, waiting);
            InetSocketAddress address = listener.localAddress();
            try (TcpStream client = Sockets.in(runtime, () -> TcpStream.connect(address));
                    TcpStream accepted = waiting.join()) {
                assertThat(accepted.remoteAddress()).isEqualTo(client.localAddress());
                assertThat(accepted.getOption(StandardSocketOptions.TCP_NODELAY))
                        .isTrue();
            }
        }
    }

    @Test
    void aConnectionOverAPathIsAccepted(@TempDir Path folder) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
        try (UnixListener listener = Sockets.in(runtime, () -> UnixListener.bind(address))) {
            Select<UnixStream> select = Select.<UnixStream>of().onReady(listener.acceptable(), stream -> stream);
            try (UnixStream client = Sockets.in(runtime, () -> UnixStream.connect(address));
                    UnixStream accepted = Sockets.in(runtime, select::await)) {
                assertThat(accepted.isOpen()).isEqualTo(client.isOpen());
            }
        }
        Files.delete(address.getPath());
    }

    @Test
    void aThreadThatIsNoTaskSelectsToo() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            runtime.spawn(() -> Sockets.writeText(pair.server(), "for a thread"));
            assertThat(either(pair.client().readable()).await()).isEqualTo(Taken.SOCKET);
        }
    }

    @Test
    void whenNothingComesTheTimeIsOver() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            Select<Taken> select = Select.<Taken>of()
                    .onReady(pair.client().readable(), ready -> Taken.SOCKET)
                    .onTimeout(Duration.ofMillis(2), () -> Taken.OTHER);
            assertThat(Sockets.in(runtime, select::await)).isEqualTo(Taken.OTHER);
        }
    }

    @Test
    void ofTwoThatAreReadyAFairSelectTakesEachNowAndThenAndABiasedOneTheFirst() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            Sockets.in(runtime, () -> Sockets.writeText(pair.server(), "x"));
            Channel<String> full = Channel.bounded(1);
            Map<Taken, Integer> counts = new EnumMap<>(Taken.class);
            Select<Taken> fair = Select.<Taken>of()
                    .onReady(pair.client().readable(), ready -> Taken.SOCKET)
                    .onReceive(full, element -> Taken.OTHER);
            Select<Taken> biased = Select.<Taken>biased()
                    .onReady(pair.client().readable(), ready -> Taken.SOCKET)
                    .onReceive(full, element -> Taken.OTHER);
            for (int i = 0; i < 200; i++) {
                full.trySend("x");
                counts.merge(fair.await(), 1, Integer::sum);
                full.trySend("x");
                assertThat(biased.await()).isEqualTo(Taken.SOCKET);
            }
            assertThat(counts).containsKeys(Taken.SOCKET, Taken.OTHER);
        }
    }

    private static void assertFails(JoinHandle<?> waiting, Class<? extends IOException> cause, String message) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(waiting::join)
                .havingCause()
                .isInstanceOf(UncheckedIOException.class)
                .havingCause()
                .isInstanceOf(cause)
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).contains(message));
    }

    @Test
    void aCloseFailsTheSelectThatWaitsAndTheNext() throws Exception {
        Sockets.Pair pair = Sockets.connect(runtime);
        TcpListener listener = Sockets.listen(runtime);
        UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()));
        List<Selectable<?>> sources = List.of(pair.client().readable(), listener.acceptable(), socket.readable());
        List<JoinHandle<Taken>> waiting =
                sources.stream().map(this::spawnEither).toList();
        pair.close();
        listener.close();
        socket.close();
        waiting.forEach(select -> assertFails(select, ClosedChannelException.class, ""));
        sources.forEach(source -> assertFails(runtime.spawn(either(source)::await), ClosedChannelException.class, ""));
        assertThat(runtime.metrics().ioRegistrations()).isZero();
    }

    @Test
    void theShutdownOfTheRuntimeFailsTheSelectAndSaysSo() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime);
                TcpListener listener = Sockets.listen(runtime)) {
            List<CompletableFuture<Throwable>> ends = new ArrayList<>();
            for (Selectable<?> source : List.of(pair.client().readable(), listener.acceptable())) {
                Select<Taken> select = either(source);
                CompletableFuture<Throwable> end = new CompletableFuture<>();
                Thread.ofPlatform().daemon().start(() -> {
                    try {
                        select.await();
                    } catch (Throwable e) {
                        end.complete(e);
                    }
                });
                ends.add(end);
            }
            runtime.shutdown(Duration.ZERO);
            for (CompletableFuture<Throwable> end : ends) {
                assertThat(end.get()).isInstanceOf(UncheckedIOException.class).hasMessageContaining("shut down");
            }
        }
    }

    /** Selects and then reads; returns what either of them threw. */
    private JoinHandle<Throwable> spawnFailing(Selectable<?> source, Callable<Integer> read) {
        Select<Taken> select = either(source);
        JoinHandle<Throwable> waiting = runtime.spawn(() -> {
            try {
                select.await();
                return new AssertionError("read " + read.call());
            } catch (UncheckedIOException e) {
                return e.getCause();
            } catch (IOException e) {
                return e;
            }
        });
        Sockets.awaitSelecting(runtime, waiting);
        return waiting;
    }

    @Test
    void aResetByThePeerAndAnUnreachablePortFailTheSelectOrTheReadThatFollows() throws Exception {
        try (Sockets.Pair pair = Sockets.connect(runtime);
                UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()))) {
            socket.connect(Sockets.nobody());
            ByteBuffer buffer = ByteBuffer.allocate(8);
            JoinHandle<Throwable> stream =
                    spawnFailing(pair.client().readable(), () -> pair.client().read(buffer));
            JoinHandle<Throwable> datagram = spawnFailing(socket.readable(), () -> socket.read(buffer));
            pair.server().setLinger(0);
            pair.server().close();
            Sockets.in(runtime, () -> {
                socket.write(ByteBuffer.allocate(1));
                return null;
            });
            assertThat(datagram.join()).isInstanceOf(PortUnreachableException.class);
            assertThat(stream.join()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void anInterruptedSelectLeavesTheConnectionInTheBacklog() throws Exception {
        try (TcpListener listener = Sockets.listen(runtime)) {
            JoinHandle<Taken> waiting = spawnEither(listener.acceptable());
            waiting.abort();
            InetSocketAddress address = listener.localAddress();
            try (TcpStream client = Sockets.in(runtime, () -> TcpStream.connect(address));
                    TcpStream accepted = Sockets.in(runtime, listener::accept)) {
                assertThat(accepted.remoteAddress()).isEqualTo(client.localAddress());
            }
        }
    }

    /** The reader is torn between the stream and notifications, and gives up now and then. */
    @Test
    void noByteIsLostByBranchesThatAreNotTakenAndSelectsThatAreAborted() throws Exception {
        int chunks = 3_000;
        try (Sockets.Pair pair = Sockets.connect(runtime)) {
            JoinHandle<Long> writer = runtime.spawn(() -> {
                CRC32C sent = new CRC32C();
                SplittableRandom random = new SplittableRandom(5);
                for (int i = 0; i < chunks; i++) {
                    byte[] chunk = new byte[random.nextInt(1, 50)];
                    random.nextBytes(chunk);
                    sent.update(chunk);
                    pair.server().writeAll(ByteBuffer.wrap(chunk));
                    other.notifyOne();
                    if (random.nextInt(4) == 0) {
                        Task.yieldNow();
                    }
                }
                pair.server().shutdownOutput();
                return sent.getValue();
            });
            CRC32C received = new CRC32C();
            Map<Taken, Integer> counts = new EnumMap<>(Taken.class);
            AtomicBoolean ended = new AtomicBoolean();
            SplittableRandom random = new SplittableRandom(6);
            int aborted = 0;
            while (!ended.get()) {
                Select<Taken> select = either(pair.client().readable());
                JoinHandle<Taken> reading = runtime.spawn(() -> {
                    Taken taken = select.await();
                    if (taken == Taken.SOCKET) {
                        ByteBuffer buffer = ByteBuffer.allocate(40);
                        // An abort here comes before the read, or after it.
                        ended.set(pair.client().read(buffer) < 0);
                        received.update(buffer.flip());
                    }
                    return taken;
                });
                if (random.nextInt(3) == 0) {
                    for (int spins = random.nextInt(4) * random.nextInt(2_000); spins > 0; spins--) {
                        Thread.onSpinWait();
                    }
                    reading.abort();
                }
                try {
                    counts.merge(reading.join(), 1, Integer::sum);
                } catch (CancellationException e) {
                    aborted++;
                }
            }
            assertThat(received.getValue()).isEqualTo(writer.join());
            assertThat(counts).containsKeys(Taken.SOCKET, Taken.OTHER);
            assertThat(aborted).isPositive();
        }
    }

    @Test
    void eachConnectionIsAcceptedOnceHoweverManySelectsCompeteAndGiveUp() throws Exception {
        int connections = 300;
        Queue<TcpStream> accepted = new ConcurrentLinkedQueue<>();
        try (TcpListener listener = Sockets.listen(runtime)) {
            InetSocketAddress address = listener.localAddress();
            AtomicBoolean over = new AtomicBoolean();
            List<JoinHandle<Object>> acceptors = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                acceptors.add(runtime.spawn(() -> {
                    while (!over.get()) {
                        Select<Boolean> select = Select.<Boolean>of()
                                .onReady(listener.acceptable(), accepted::add)
                                .onNotify(other, () -> true);
                        JoinHandle<Boolean> one = runtime.spawn(select::await);
                        if (accepted.size() % 3 == 0) {
                            Task.yieldNow();
                            one.abort();
                        }
                        try {
                            one.join();
                        } catch (CancellationException e) {
                            // The next one gets it.
                        }
                    }
                    return null;
                }));
            }
            // Connected by this thread: on the JDK's scheduler what comes from outside waits for as long as its threads
            // have
            // tasks that spawn and yield, which the acceptors do.
            List<SocketChannel> clients = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                clients.add(SocketChannel.open(address));
                other.notifyOne();
            }
            Awaitility.await().until(() -> accepted.size() >= connections);
            over.set(true);
            while (!acceptors.stream().allMatch(JoinHandle::isFinished)) {
                other.notifyWaiters();
                Thread.onSpinWait();
            }
            List<SocketAddress> ours = new ArrayList<>();
            List<SocketAddress> theirs = new ArrayList<>();
            for (TcpStream stream : accepted) {
                ours.add(stream.remoteAddress());
                stream.close();
            }
            for (SocketChannel client : clients) {
                theirs.add(client.getLocalAddress());
                client.close();
            }
            assertThat(ours).containsExactlyInAnyOrderElementsOf(theirs);
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(1);
        }
    }
}
