package dev.heddle.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixSocketTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsWrittenAtOneEndIsReadAtTheOther() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (AsyncRuntime runtime = Sockets.twoWorkers();
                UnixListener listener = Sockets.in(runtime, () -> UnixListener.bind(address))) {
            JoinHandle<Integer> server = runtime.spawn(() -> {
                try (UnixStream stream = listener.accept()) {
                    ByteBuffer buffer = ByteBuffer.allocate(4);
                    stream.readFully(buffer);
                    stream.writeAll(buffer.flip());
                    return stream.read(ByteBuffer.allocate(1));
                }
            });
            int answer = Sockets.in(runtime, () -> {
                try (UnixStream stream = UnixStream.connect(address)) {
                    stream.writeAll(ByteBuffer.allocate(4).putInt(0, 42));
                    ByteBuffer buffer = ByteBuffer.allocate(4);
                    stream.readFully(buffer);
                    return buffer.getInt(0);
                }
            });
            assertThat(answer).isEqualTo(42);
            assertThat(server.join()).isEqualTo(-1);
        }
    }

    @Test
    void aPathThatCannotBeAnAddressIsRefused() {
        UnixDomainSocketAddress tooLong = UnixDomainSocketAddress.of("/" + "x".repeat(106));
        UnixDomainSocketAddress empty = UnixDomainSocketAddress.of("");
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            assertFails(SocketException.class, runtime.spawn(() -> UnixListener.bind(tooLong)));
            assertFails(SocketException.class, runtime.spawn(() -> UnixStream.connect(tooLong)));
            assertFails(BindException.class, runtime.spawn(() -> UnixListener.bind(empty)));
            assertFails(SocketException.class, runtime.spawn(() -> UnixStream.connect(empty)));
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }

    private static void assertFails(Class<? extends IOException> type, JoinHandle<?> handle) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(handle::join)
                .withCauseInstanceOf(type);
    }

    @Test
    void aPathThatNobodyListensOnOrThatIsTakenIsRefused() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (AsyncRuntime runtime = Sockets.twoWorkers()) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> Sockets.in(runtime, () -> UnixStream.connect(address)))
                    .withCauseInstanceOf(IOException.class);
            try (UnixListener listener = Sockets.in(runtime, () -> UnixListener.bind(address))) {
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(() -> Sockets.in(runtime, () -> UnixListener.bind(address)))
                        .withCauseInstanceOf(IOException.class);
                JoinHandle<UnixStream> acceptor = runtime.spawn(listener::accept);
                Sockets.awaitWaiting(runtime, acceptor);
                listener.close();
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(acceptor::join)
                        .withCauseInstanceOf(ClosedChannelException.class);
            }
            assertThat(runtime.metrics().ioRegistrations()).isZero();
        }
    }
}
