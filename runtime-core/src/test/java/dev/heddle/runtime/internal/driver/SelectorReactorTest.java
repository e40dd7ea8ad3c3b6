package dev.heddle.runtime.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.internal.context.IoSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SelectorReactorTest {

    private final SelectorReactor reactor = newReactor();

    private static SelectorReactor newReactor() {
        return new SelectorReactor(
                "reactor-test-io", "", new TimerService(1, () -> -1, () -> {}, System::nanoTime, false));
    }

    @AfterEach
    void close() {
        reactor.shutdown();
        reactor.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void aWriterThatHasWaitedOnceLeavesNoInterestBehindThatWouldKeepTheSelectorAwake() throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
                SocketChannel peer = listener.accept()) {
            channel.configureBlocking(false);
            SelectorRegistration registration = reactor.register(channel);
            long written = fill(channel);
            Thread writer = Thread.ofPlatform().start(() -> {
                try {
                    registration.await(Waiters.WRITE, IoSocket.NO_DEADLINE);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            drain(peer, written);
            writer.join();
            SelectionKey key = reactor.keyOf(channel);
            await().untilAsserted(() -> assertThat(key.interestOps()).isZero());
            registration.close();
        }
    }

    @Test
    void aListenerThatThrowsDoesNotKeepOthersFromHearingOfTheirSockets() throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel peer = SocketChannel.open(listener.getLocalAddress())) {
            IoSocket ours = ChannelSocket.adopt(listener.accept(), reactor);
            CountDownLatch thrown = new CountDownLatch(1);
            ours.whenReadable(() -> {
                thrown.countDown();
                throw new IllegalStateException("on purpose");
            });
            peer.write(ByteBuffer.allocate(1));
            thrown.await();
            CountDownLatch told = new CountDownLatch(1);
            ours.whenReadable(told::countDown);
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            ours.close();
        }
    }

    /** It is in the socket's memory then, and the selector has nothing to report. */
    @Test
    void nobodyWaitsForWhatAnotherHasPeekedAt() throws Exception {
        try (ServerSocketChannel listener =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                SocketChannel peer = SocketChannel.open(listener.getLocalAddress())) {
            IoSocket ours = ChannelSocket.adopt(listener.accept(), reactor);
            peer.write(ByteBuffer.allocate(1));
            while (ours.peek(ByteBuffer.allocate(8)) == 0) {
                ours.awaitReadable(IoSocket.NO_DEADLINE);
            }
            CountDownLatch told = new CountDownLatch(1);
            Thread reader = Thread.ofPlatform().daemon().start(() -> {
                try {
                    ours.awaitReadable(IoSocket.NO_DEADLINE);
                    ours.whenReadable(told::countDown);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(reader.join(Duration.ofSeconds(20))).isTrue();
            assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
            ours.close();
        }
    }

    @Test
    void aCloseByOneWhoIsInterruptedClosesTheSelectorAndWhatIsLeftOfItsSockets() throws Exception {
        SelectorReactor other = newReactor();
        try (ServerSocketChannel listener =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            listener.configureBlocking(false);
            other.register(listener);
            SelectionKey key = other.keyOf(listener);
            other.shutdown();
            Thread.currentThread().interrupt();
            other.close(System.nanoTime() + TimeUnit.SECONDS.toNanos(10));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(key.selector().isOpen()).isFalse();
            assertThat(listener.isRegistered()).isFalse();
        }
    }

    private static long fill(SocketChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long written = 0;
        for (int count = channel.write(buffer); count > 0; count = channel.write(buffer.clear())) {
            written += count;
        }
        return written;
    }

    private static void drain(SocketChannel peer, long bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        for (long read = 0; read < bytes; ) {
            read += peer.read(buffer.clear());
        }
    }
}
