package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.context.IoHandle;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.task.JoinHandle;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of datagrams when who waits for them, or for room to send them, gives up. */
@Timeout(60)
class UdpAbortTest {

    private static final int ABORTS = 5_000;

    /** Far from what the system would have to drop. */
    private static final int MOST_UNDER_WAY = 16;

    @Test
    void anAbortedReceiveIsCancelledAndLeavesTheDatagramToTheNext() throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()))) {
            JoinHandle<InetSocketAddress> receiver = runtime.spawn(() -> {
                try {
                    return socket.receive(ByteBuffer.allocate(8));
                } catch (InterruptedIOException e) {
                    thrown.set(e);
                    throw e;
                }
            });
            Sockets.awaitWaiting(runtime, receiver);
            receiver.abort();
            assertThatExceptionOfType(CancellationException.class).isThrownBy(receiver::join);
            assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
            Sockets.in(runtime, () -> {
                socket.send(ByteBuffer.allocate(3), socket.localAddress());
                ByteBuffer incoming = ByteBuffer.allocate(8);
                assertThat(socket.receive(incoming)).isEqualTo(socket.localAddress());
                assertThat(incoming.position()).isEqualTo(3);
                return null;
            });
        }
    }

    /** The datagrams are numbered, and loopback keeps their order: each comes once, and in turn. */
    @Test
    void noAbortOfAReceiveLosesOrDoublesADatagram() throws Exception {
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                UdpSocket socket = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()));
                UdpSocket sender = Sockets.in(runtime, () -> UdpSocket.bind(Sockets.anyPort()))) {
            InetSocketAddress target = socket.localAddress();
            SplittableRandom random = new SplittableRandom(11);
            int sent = 0;
            int received = 0;
            int aborted = 0;
            while (aborted < ABORTS || received < sent) {
                ByteBuffer incoming = ByteBuffer.allocate(Integer.BYTES);
                JoinHandle<InetSocketAddress> receive = runtime.spawn(() -> socket.receive(incoming));
                if (aborted < ABORTS && sent - received < MOST_UNDER_WAY && random.nextInt(3) == 0) {
                    ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).putInt(0, sent++);
                    runtime.spawn(() -> {
                                sender.send(number, target);
                                return null;
                            })
                            .join();
                }
                for (int spins = random.nextInt(4) * random.nextInt(4_000); spins > 0; spins--) {
                    Thread.onSpinWait();
                }
                if (aborted < ABORTS) {
                    receive.abort();
                }
                try {
                    receive.join();
                    assertThat(incoming.getInt(0)).isEqualTo(received++);
                } catch (CancellationException e) {
                    assertThat(incoming.position()).isZero();
                    aborted++;
                }
            }
            assertThat(received).isEqualTo(sent).isGreaterThan(100);
            assertThat(runtime.metrics().ioRegistrations()).isEqualTo(2);
        }
    }

    /** Loopback always has room, so the socket only pretends to have none. */
    @Test
    void aSendThatFindsNoRoomWaitsForItAndNotLongerThanItMay() throws Exception {
        ByteBuffer outgoing = ByteBuffer.allocate(4);
        long[] deadline = {0};
        int[] tries = {0};
        int[] waits = {0};
        IoDatagramSocket full = fake(IoDatagramSocket.class, (method, arguments) -> switch (method) {
            case "send" -> ++tries[0] > 3;
            case "awaitWritable" -> {
                deadline[0] = (long) arguments[0];
                yield ++waits[0] < 4;
            }
            default -> throw new AssertionError(method);
        });
        Timers timers = fake(Timers.class, (method, arguments) -> 1_000L);
        UdpSocket socket = new UdpSocket(full, timers, false);
        socket.send(outgoing, Sockets.nobody());
        assertThat(tries[0]).isEqualTo(4);
        assertThat(waits[0]).isEqualTo(3);
        assertThat(deadline[0]).isEqualTo(IoHandle.NO_DEADLINE);
        socket.setWriteTimeout(Duration.ofNanos(500));
        tries[0] = 0;
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> socket.send(outgoing, Sockets.nobody()));
        assertThat(deadline[0]).isEqualTo(1_500);
    }

    private interface Call {
        Object answer(String method, Object[] arguments);
    }

    private static <T> T fake(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> call.answer(method.getName(), arguments)));
    }
}
