package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.WorkerMetrics;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The current-thread flavour sleeps in the reactor on a thread that is not its own, which others may wake or interrupt. */
@Timeout(60)
@EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
class CurrentThreadSocketTest {

    private final AsyncRuntime runtime = AsyncRuntime.newCurrentThread().build();

    private void awaitAsleep() {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> runtime.metrics().ioRegistrations() > 0
                        && runtime.metrics().workers().get(0).state() == WorkerMetrics.State.PARKED_IN_DRIVER);
    }

    @Test
    void clientAndServerOnOneThreadServeEachOther() throws Exception {
        try (runtime) {
            String answer = runtime.blockOn(() -> {
                try (TcpListener listener = TcpListener.bind(Sockets.anyPort())) {
                    runtime.spawn(() -> {
                        try (TcpStream stream = listener.accept()) {
                            return Sockets.writeText(stream, "hello");
                        }
                    });
                    try (TcpStream stream = TcpStream.connect(listener.localAddress())) {
                        return Sockets.readText(stream);
                    }
                }
            });
            assertThat(answer).isEqualTo("hello");
        }
    }

    @Test
    void anInterruptReachesTheTaskThatWaitsForASocket() throws Exception {
        try (runtime) {
            CompletableFuture<Throwable> end = new CompletableFuture<>();
            Thread caller = Thread.ofPlatform().start(() -> {
                try (Sockets.Pair pair = runtime.blockOn(this::connect)) {
                    runtime.blockOn(() -> pair.client().read(ByteBuffer.allocate(1)));
                    end.complete(null);
                } catch (Exception e) {
                    end.complete(e);
                }
            });
            awaitAsleep();
            caller.interrupt();
            assertThat(end.get()).isInstanceOf(InterruptedIOException.class);
        }
    }

    private Sockets.Pair connect() throws Exception {
        try (TcpListener listener = TcpListener.bind(Sockets.anyPort())) {
            TcpStream client = TcpStream.connect(listener.localAddress());
            return new Sockets.Pair(client, listener.accept());
        }
    }

    @Test
    void theEndOfABlockingTaskWakesTheThreadThatSleepsInTheReactor() throws Exception {
        try (runtime) {
            CountDownLatch gate = new CountDownLatch(1);
            Thread opener = Thread.ofPlatform().start(() -> {
                awaitAsleep();
                gate.countDown();
            });
            String result = runtime.blockOn(() -> {
                try (TcpListener listener = TcpListener.bind(Sockets.anyPort())) {
                    return runtime.spawnBlocking(() -> {
                                gate.await();
                                return "port " + (listener.localAddress().getPort() > 0);
                            })
                            .join();
                }
            });
            assertThat(result).isEqualTo("port true");
            opener.join();
        }
    }

    @Test
    void aShutdownThatWaitsInTheReactorSeesTheLastBlockingTaskEnd() throws Exception {
        TcpListener listener = runtime.blockOn(() -> TcpListener.bind(Sockets.anyPort()));
        CountDownLatch gate = new CountDownLatch(1);
        runtime.spawnBlocking(() -> {
            gate.await();
            return null;
        });
        Thread opener = Thread.ofPlatform().start(() -> {
            awaitAsleep();
            gate.countDown();
        });
        // The test's own limit is what it would exceed.
        assertThat(runtime.shutdown(Duration.ofDays(1)).isClean()).isTrue();
        opener.join();
        listener.close();
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> runtime.blockOn(() -> TcpListener.bind(Sockets.anyPort())));
    }
}
