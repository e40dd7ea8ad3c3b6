package dev.heddle.runtime.internal.driver;

import static dev.heddle.runtime.internal.linux.SocketAddresses.AF_INET;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.linux.Epoll;
import dev.heddle.runtime.internal.linux.SocketCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The races of a socket, with a thread that polls all the time. Every thread that reads is a worker, and so reads ahead. */
@Timeout(60)
class EpollReactorTest {

    private static final int ROUNDS = 20_000;
    private static final int MAX_READERS = 1_024;
    private static final int NO_DESCRIPTOR = 70_000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final AtomicInteger readers = new AtomicInteger();
    private final ThreadLocal<Integer> reader = ThreadLocal.withInitial(readers::getAndIncrement);
    private EpollReactor reactor;
    private Thread poller;
    private volatile boolean over;

    @BeforeEach
    void open() throws IOException {
        assumeThat(ReactorChoice.epollUnavailableReason()).isEmpty();
        TimerService timers = new TimerService(1, () -> -1, () -> {}, System::nanoTime, false);
        reactor = new EpollReactor(timers, this::wakePoller, false, new WorkerBuffers(MAX_READERS, reader::get));
        poller = Thread.ofPlatform().start(() -> {
            while (!over) {
                reactor.park(Long.MAX_VALUE);
            }
        });
    }

    private void wakePoller() {
        reactor.wakeup();
        LockSupport.unpark(poller);
    }

    @AfterEach
    void close() throws Exception {
        executor.shutdownNow();
        if (reactor != null) {
            stopPoller();
            reactor.shutdown();
            reactor.close(System.nanoTime());
        }
    }

    private void stopPoller() throws InterruptedException {
        over = true;
        wakePoller();
        poller.join();
    }

    private record Pair(IoSocket ours, SocketChannel theirs) {}

    private Pair connect() throws IOException {
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            IoSocket ours = reactor.connect(listener.getLocalAddress());
            while (!ours.finishConnect()) {
                ours.awaitWritable(IoSocket.NO_DEADLINE);
            }
            return new Pair(ours, listener.accept());
        }
    }

    private static int readOne(IoSocket socket) throws IOException {
        return read(socket, ByteBuffer.allocate(1));
    }

    private static int read(IoSocket socket, ByteBuffer buffer) throws IOException {
        int count = socket.read(buffer);
        while (count == 0) {
            socket.awaitReadable(IoSocket.NO_DEADLINE);
            count = socket.read(buffer);
        }
        return count;
    }

    /** Each byte is written only when the one before was read, so a report that is lost is never made up for. */
    @Test
    void noReportIsLostHoweverItMeetsAReaderThatFindsNothing() throws Exception {
        Pair pair = connect();
        AtomicInteger read = new AtomicInteger();
        Future<Integer> reader = executor.submit(() -> {
            while (read.get() < ROUNDS) {
                read.getAndAdd(readOne(pair.ours()));
            }
            return read.get();
        });
        ByteBuffer one = ByteBuffer.allocate(1);
        Future<Integer> writer = executor.submit(() -> {
            int written = 0;
            for (; written < ROUNDS; written++) {
                while (read.get() < written) {
                    Thread.onSpinWait();
                }
                // The reader now finds nothing, or is about to, or waits.
                for (int spins = written % 200 * 5; spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                pair.theirs().write(one.clear());
            }
            return written;
        });
        assertThat(writer.get(50, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
        assertThat(reader.get(50, TimeUnit.SECONDS)).isEqualTo(ROUNDS);
        pair.theirs().close();
        pair.ours().close();
    }

    @Test
    void everyReaderIsWokenAndEachByteIsReadOnce() throws Exception {
        Pair pair = connect();
        List<Future<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(executor.submit(() -> {
                int total = 0;
                for (int count = readOne(pair.ours()); count > 0; count = readOne(pair.ours())) {
                    total += count;
                }
                return total;
            }));
        }
        for (int i = 0; i < 1_000; i++) {
            pair.theirs().write(ByteBuffer.allocate(3));
        }
        pair.theirs().shutdownOutput();
        int total = 0;
        for (Future<Integer> reader : readers) {
            total += reader.get(50, TimeUnit.SECONDS);
        }
        assertThat(total).isEqualTo(3_000);
        pair.theirs().close();
        pair.ours().close();
    }

    /** Whoever is first receives both, and does not come back. */
    @Test
    void whatIsReceivedAheadWakesTheReaderThatItIsLeftTo() throws Exception {
        Pair pair = connect();
        CyclicBarrier begin = new CyclicBarrier(3);
        List<Future<Integer>> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(executor.submit(() -> {
                int sum = 0;
                for (int round = 0; round < ROUNDS; round++) {
                    begin.await();
                    ByteBuffer one = ByteBuffer.allocate(1);
                    read(pair.ours(), one);
                    sum += one.get(0);
                }
                return sum;
            }));
        }
        ByteBuffer two = ByteBuffer.wrap(new byte[] {1, 2});
        for (int round = 0; round < ROUNDS; round++) {
            begin.await(50, TimeUnit.SECONDS);
            pair.theirs().write(two.clear());
        }
        int sum = both.get(0).get(50, TimeUnit.SECONDS) + both.get(1).get(50, TimeUnit.SECONDS);
        assertThat(sum).isEqualTo(3 * ROUNDS);
        pair.theirs().close();
        pair.ours().close();
    }

    /** When the reactor looks, the system has nothing left to report. */
    @Test
    void whoWaitsIsWokenByTheReaderThatReceivesForBoth() throws Exception {
        Pair pair = connect();
        stopPoller();
        EpollSocket ours = (EpollSocket) pair.ours();
        assertThat(ours.read(ByteBuffer.allocate(1))).isZero();
        Future<Integer> waiting = executor.submit(() -> readOne(ours));
        await().until(() -> ours.waiters.wanted() == Waiters.READ);
        pair.theirs().write(ByteBuffer.wrap(new byte[] {1, 2}));
        // This reader has looked whether there is something before the other found nothing, and tries only now.
        ours.readUsedUp = EpollHandle.NEVER;
        assertThat(readOne(ours)).isEqualTo(1);
        assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        pair.theirs().close();
        pair.ours().close();
    }

    /** A task that moved more at once would keep the others waiting for longer than its time. */
    @Test
    void severalBuffersMoveAboutAsMuchAtOnceAsASingleOne() throws Exception {
        Pair pair = connect();
        ByteBuffer[] outgoing = new ByteBuffer[64];
        Arrays.setAll(outgoing, i -> ByteBuffer.allocate(100_000));
        long written = pair.ours().write(outgoing);
        assertThat(written).isPositive().isLessThan(2 * SocketCalls.MAX_BYTES);
        Future<Integer> writer = executor.submit(() -> {
            ByteBuffer bytes = ByteBuffer.allocate(8 << 20);
            while (bytes.hasRemaining()) {
                pair.theirs().write(bytes);
            }
            return bytes.position();
        });
        ByteBuffer[] incoming = new ByteBuffer[64];
        for (long received = 0; received < 8 << 20; ) {
            Arrays.setAll(incoming, i -> ByteBuffer.allocate(100_000));
            long count = pair.ours().read(incoming);
            assertThat(count).isLessThan(2 * SocketCalls.MAX_BYTES);
            received += count;
            if (count == 0) {
                pair.ours().awaitReadable(IoSocket.NO_DEADLINE);
            }
        }
        assertThat(writer.get(50, TimeUnit.SECONDS)).isEqualTo(8 << 20);
        pair.theirs().close();
        pair.ours().close();
    }

    /** Reads to the end of a text, letting the reactor look each time, and never waiting. */
    private void assertArrives(IoSocket socket, String text) {
        StringBuilder received = new StringBuilder();
        await().untilAsserted(() -> {
            reactor.poll();
            ByteBuffer buffer = ByteBuffer.allocate(8_192);
            for (int count = socket.read(buffer); count > 0; count = socket.read(buffer)) {
                received.append(US_ASCII.decode(buffer.flip()));
                buffer.clear();
            }
            assertThat(received).hasToString(text);
        });
    }

    /** It stands in between, is not part of the stream, and a read stops before it. */
    @Test
    void whatComesAfterSomethingUrgentIsReadThoughNothingElseIsReported() throws Exception {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            IoSocket ours = reactor.connect(listener.getLocalSocketAddress());
            try (Socket theirs = listener.accept()) {
                stopPoller();
                theirs.getOutputStream().write("before".getBytes(US_ASCII));
                theirs.sendUrgentData('!');
                theirs.getOutputStream().write("after".getBytes(US_ASCII));
                assertArrives(ours, "beforeafter");
            }
            ours.close();
        }
    }

    /** A read stops after a message with descriptors, whoever wants them. */
    @Test
    void whatComesAfterDescriptorsIsReadThoughNothingElseIsReported(@TempDir Path folder) throws Throwable {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
        IoSocket listener = reactor.listen(address, 1, false);
        EpollSocket theirs = (EpollSocket) reactor.connect(address);
        IoSocket ours = listener.accept();
        stopPoller();
        sendWithDescriptor(theirs.fd(), "before");
        theirs.write(US_ASCII.encode("after"));
        assertArrives(ours, "beforeafter");
        ours.close();
        theirs.close();
        listener.close();
    }

    /** Sends a text on a socket, and the socket itself with it. */
    @SuppressWarnings("restricted") // the runtime sends no descriptors
    private static void sendWithDescriptor(int fd, String text) throws Throwable {
        MethodHandle sendmsg = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().findOrThrow("sendmsg"),
                        FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(text, US_ASCII);
            MemorySegment parts = arena.allocate(16, 8); // struct iovec
            parts.set(ADDRESS, 0, bytes);
            parts.set(JAVA_LONG, 8, text.length());
            MemorySegment control = arena.allocate(24, 8); // struct cmsghdr with one descriptor
            control.set(JAVA_LONG, 0, 16 + Integer.BYTES);
            control.set(JAVA_INT, 8, SOL_SOCKET);
            control.set(JAVA_INT, 12, SCM_RIGHTS);
            control.set(JAVA_INT, 16, fd);
            MemorySegment message = arena.allocate(56, 8); // struct msghdr
            message.set(ADDRESS, 16, parts);
            message.set(JAVA_LONG, 24, 1);
            message.set(ADDRESS, 32, control);
            message.set(JAVA_LONG, 40, control.byteSize());
            assertThat((long) sendmsg.invokeExact(fd, message, 0)).isEqualTo(text.length());
        }
    }

    @Test
    void whatGoesWrongWithOneSocketHarmsNoOtherOfTheSameReport() throws Exception {
        Pair broken = connect();
        Pair sound = connect();
        stopPoller();
        AtomicInteger told = new AtomicInteger();
        for (Pair pair : List.of(broken, sound)) {
            assertThat(pair.ours().isReadable()).isFalse();
        }
        broken.ours().whenReadable(() -> {
            throw new IllegalStateException("broken");
        });
        sound.ours().whenReadable(told::incrementAndGet);
        broken.theirs().write(ByteBuffer.allocate(1));
        sound.theirs().write(ByteBuffer.allocate(1));
        reactor.poll();
        assertThat(told).hasValue(1);
        for (Pair pair : List.of(broken, sound)) {
            pair.theirs().close();
            pair.ours().close();
        }
    }

    @Test
    void aCloseRacesOperationsAndWaitsOnTheSameSocket() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            Pair pair = connect();
            Future<Boolean> reader = executor.submit(() -> {
                try {
                    return readOne(pair.ours()) < 0;
                } catch (ClosedChannelException closed) {
                    return true;
                }
            });
            for (int spins = round % 200 * 20; spins > 0; spins--) {
                Thread.onSpinWait();
            }
            pair.ours().close();
            assertThat(reader.get(20, TimeUnit.SECONDS)).isTrue();
            pair.theirs().close();
        }
        assertThat(reactor.registrations()).isZero();
    }

    @Test
    void aReportForTheLastOwnerOfADescriptorIsNotForTheNext() throws Exception {
        Pair pair = connect();
        EpollSocket socket = (EpollSocket) pair.ours();
        SocketTable table = new SocketTable();
        EpollSocket next = new EpollSocket(reactor, socket.fd(), 77, AF_INET, EpollSocket.Progress.UNKNOWN);
        table.put(socket);
        table.put(next);
        table.remove(socket);
        assertThat(table.get(socket.token())).isNull();
        assertThat(table.get(next.token())).isSameAs(next);
        pair.theirs().close();
        socket.close();
    }

    @Test
    void aTableGrowsWithItsDescriptors() {
        SocketTable table = new SocketTable();
        List<EpollHandle> sockets = new ArrayList<>();
        for (int fd : new int[] {3, 64, 70_000, 65}) {
            EpollHandle socket = new EpollSocket(reactor, fd, fd, AF_INET, EpollSocket.Progress.UNKNOWN);
            sockets.add(socket);
            table.put(socket);
        }
        List<EpollHandle> found = new ArrayList<>();
        table.forEach(found::add);
        assertThat(found).containsExactlyInAnyOrderElementsOf(sockets);
        assertThat(sockets)
                .allSatisfy(socket -> assertThat(Objects.requireNonNull(table.get(socket.token())))
                        .isSameAs(socket));
    }

    /** The second one relies on it, and wakes nobody. */
    @Test
    void theFirstToBeRegisteredWakesTheSleeperThoughTheSystemRefusesIt() throws Exception {
        AtomicInteger wakes = new AtomicInteger();
        TimerService timers = new TimerService(1, () -> -1, () -> {}, System::nanoTime, false);
        EpollReactor other =
                new EpollReactor(timers, wakes::incrementAndGet, false, new WorkerBuffers(MAX_READERS, reader::get));
        try {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> other.register(NO_DESCRIPTOR, AF_INET, EpollSocket.Progress.UNKNOWN));
            assertThat(other.registrations()).isZero();
            assertThat(wakes).hasValue(1);
        } finally {
            other.close(System.nanoTime());
        }
    }

    @Test
    void noNumberOfReportsIsTakenForNothingLeft() {
        EpollSocket socket = new EpollSocket(reactor, NO_DESCRIPTOR, 0, AF_INET, EpollSocket.Progress.UNKNOWN);
        socket.readTick = EpollHandle.NEVER - 1;
        socket.writeTick = EpollHandle.NEVER - 1;
        socket.ready(Epoll.IN | Epoll.OUT);
        assertThat(socket.readTick).isNotEqualTo(socket.readUsedUp).isZero();
        assertThat(socket.writeTick).isNotEqualTo(socket.writeUsedUp).isZero();
    }

    @Test
    void afterTheShutdownNothingIsRegistered() {
        reactor.shutdown();
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> reactor.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1, false))
                .withMessageContaining("shut down");
        assertThat(reactor.registrations()).isZero();
    }
}
