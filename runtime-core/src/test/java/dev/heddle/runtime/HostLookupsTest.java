package dev.heddle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.task.JoinHandle;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HostLookupsTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().workerThreads(1).build();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final HostLookups lookups = new HostLookups(runtime::spawnBlocking, host -> {
        begun.incrementAndGet();
        return switch (host) {
            case "slow" -> {
                // As the system's call: no interrupt ends it.
                while (gate.getCount() > 0) {
                    Thread.interrupted();
                    LockSupport.parkNanos(1_000_000);
                }
                yield new InetAddress[0];
            }
            case "unknown" -> throw new UnknownHostException(host);
            default -> new InetAddress[] {InetAddress.getLoopbackAddress()};
        };
    });

    @AfterEach
    void close() {
        gate.countDown();
        runtime.close();
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    @Test
    void aTaskWaitsForTheAnswerAndForTheReasonWhyThereIsNone() {
        JoinHandle<InetAddress[]> known = runtime.spawn(() -> lookups.resolve("known", in(Duration.ofSeconds(50))));
        assertThat(known.join()).containsExactly(InetAddress.getLoopbackAddress());
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> lookups.resolve("unknown", in(Duration.ofSeconds(50))));
    }

    /** Takes all of the threads that there are for look-ups. */
    private void hang() {
        while (begun.get() < HostLookups.MAX_LOOKUPS) {
            // One whose thread does not begin in that time is called off, and does not count.
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> lookups.resolve("slow", in(Duration.ofMillis(5))));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "fe80::1"})
    void anAddressAsTextIsThereThoughNoNameServerAnswers(String text) throws Exception {
        hang();
        assertThat(lookups.resolve(text, in(Duration.ZERO))).containsExactly(InetAddress.ofLiteral(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"3com.test", "1:2:3", ""})
    void whatOnlyLooksLikeAnAddressIsLookedUp(String text) throws Exception {
        assertThat(lookups.resolve(text, in(Duration.ofSeconds(50)))).containsExactly(InetAddress.getLoopbackAddress());
        assertThat(begun).hasValue(1);
    }

    @Test
    void aLookupThatTheRuntimeEndsFailsLikeOneThatItDoesNotTake() {
        HostLookups ended = new HostLookups(
                body -> {
                    JoinHandle<InetAddress[]> handle = runtime.spawnBlocking(() -> {
                        gate.await();
                        return body.call();
                    });
                    handle.abort();
                    return handle;
                },
                InetAddress::getAllByName);
        assertThatIOException()
                .isThrownBy(() -> ended.resolve("known", in(Duration.ofSeconds(50))))
                .withMessageContaining("known");
    }

    @Test
    void lookupsThatHangHoldTheirShareOfThreadsAndNoMoreAlsoWhenNobodyWaitsAnyLonger() {
        hang();
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> lookups.resolve("known", in(Duration.ofMillis(5))));
        assertThat(begun).hasValue(HostLookups.MAX_LOOKUPS);
        List<JoinHandle<InetAddress[]>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(runtime.spawn(() -> lookups.resolve("known", in(Duration.ofSeconds(50)))));
        }
        gate.countDown();
        assertThat(waiting).allSatisfy(handle -> assertThat(handle.join()).hasSize(1));
    }

    @Test
    void anAbortEndsTheWaitAndNotTheShare() {
        JoinHandle<InetAddress[]> waiting = runtime.spawn(() -> lookups.resolve("slow", in(Duration.ofSeconds(50))));
        await().until(() -> begun.get() == 1);
        waiting.abort();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(waiting::join);
    }
}
