package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the close of a stream, and the shutdown of its runtime, do to those who use it. */
@Timeout(60)
class TcpCloseTest {

    @Test
    void aCloseByAnotherTaskWakesReaderAndWriter() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            TcpStream stream = pair.client();
            JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(stream));
            JoinHandle<Object> writer = runtime.spawn(() -> {
                stream.writeAll(ByteBuffer.allocate(64 << 20));
                return null;
            });
            Sockets.awaitWaiting(runtime, reader);
            Sockets.awaitWaiting(runtime, writer);
            Sockets.in(runtime, () -> {
                stream.close();
                return null;
            });
            for (JoinHandle<?> waiter : List.of(reader, writer)) {
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(waiter::join)
                        .withCauseInstanceOf(ClosedChannelException.class);
            }
            assertThat(stream.isOpen()).isFalse();
        }
    }

    @Test
    void aCloseRacesAReadThatBeginsToWait() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            for (int i = 0; i < 300; i++) {
                Sockets.Pair pair = Sockets.connect(runtime);
                JoinHandle<String> reader = runtime.spawn(() -> Sockets.readText(pair.client()));
                JoinHandle<Object> closer = runtime.spawn(() -> {
                    pair.client().close();
                    return null;
                });
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(reader::join)
                        .withCauseInstanceOf(ClosedChannelException.class);
                closer.join();
                pair.close();
            }
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    @Test
    void afterACloseEverythingThrowsAndASecondCloseIsHarmless() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                Sockets.Pair pair = Sockets.connect(runtime)) {
            TcpStream stream = pair.client();
            stream.close();
            stream.close();
            List<Callable<?>> operations =
                    List.of(() -> Sockets.readText(stream), () -> Sockets.writeText(stream, "x"), stream::localAddress);
            assertThat(operations)
                    .allSatisfy(operation -> assertThatExceptionOfType(CompletionException.class)
                            .isThrownBy(() -> Sockets.in(runtime, operation))
                            .withCauseInstanceOf(ClosedChannelException.class));
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(1);
        }
    }

    @Test
    void thePeerOfAClosedStreamReadsTheEnd() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime)) {
            InetSocketAddress address = listener.localAddress();
            try (Socket peer = new Socket(address.getAddress(), address.getPort())) {
                Sockets.in(runtime, listener::accept).close();
                assertThat(peer.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getOpenFileDescriptorCount();
    }

    @Test
    void descriptorsAreReleased() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            Sockets.connect(runtime).close();
            // Others in this JVM may open or close some meanwhile, but not hundreds.
            long before = descriptors();
            List<Sockets.Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                pairs.add(Sockets.connect(runtime));
            }
            assertThat(descriptors()).isGreaterThan(before + 300);
            for (Sockets.Pair pair : pairs) {
                pair.close();
            }
            assertThat(runtime.metrics().ioRegistrations()).isZero();
            await().until(() -> descriptors() < before + 100);
        }
    }

    @Test
    void aRuntimeThatRestsHoldsNoDescriptorOfAClosedStream() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            Sockets.Pair pair = Sockets.connect(runtime);
            long open = descriptors();
            // Nothing else wakes the driver, which sleeps without limit now.
            pair.close();
            await().until(() -> descriptors() <= open - 2);
        }
    }

    /** Goes on in spite of every abort. */
    private static Object stubbornly(Callable<?> operation, CompletableFuture<Throwable> end) throws Exception {
        for (; ; ) {
            try {
                operation.call();
            } catch (InterruptedIOException abort) {
                Thread.interrupted();
            } catch (IOException e) {
                end.complete(e);
                throw e;
            }
        }
    }

    @Test
    void theShutdownOfTheRuntimeWakesWhoeverStillWaits() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                TcpListener listener = Sockets.listen(runtime);
                Sockets.Pair pair = Sockets.connect(runtime)) {
            List<CompletableFuture<Throwable>> ends = new ArrayList<>();
            List<Callable<?>> operations = List.of(
                    listener::accept,
                    () -> Sockets.readText(pair.server()),
                    () -> pair.client().write(ByteBuffer.allocate(1 << 20)));
            for (Callable<?> operation : operations) {
                CompletableFuture<Throwable> end = new CompletableFuture<>();
                ends.add(end);
                Sockets.awaitWaiting(runtime, runtime.spawn(() -> stubbornly(operation, end)));
            }
            runtime.shutdown(Duration.ZERO);
            for (CompletableFuture<Throwable> end : ends) {
                assertThat(end.get()).isInstanceOf(IOException.class).hasMessageContaining("shut down");
            }
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }
}
