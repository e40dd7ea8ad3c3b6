package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.context.IoDriver;
import dev.heddle.runtime.internal.context.IoHandle;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.TimeControl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** An I/O driver whose waits hold a paused clock: what comes over a socket comes in real time. */
final class HoldingIo implements IoDriver {

    private final IoDriver io;
    private final TimeControl time;

    HoldingIo(IoDriver io, TimeControl time) {
        this.io = io;
        this.time = time;
    }

    @Override
    public IoSocket listen(SocketAddress address, int backlog, boolean reusePort) throws IOException {
        return new HoldingSocket(io.listen(address, backlog, reusePort));
    }

    @Override
    public IoSocket connect(SocketAddress address) throws IOException {
        return new HoldingSocket(io.connect(address));
    }

    @Override
    public IoDatagramSocket bind(InetSocketAddress address, boolean shareAddress) throws IOException {
        return new HoldingDatagramSocket(io.bind(address, shareAddress));
    }

    private abstract class HoldingHandle<H extends IoHandle> implements IoHandle {

        final H socket;

        HoldingHandle(H socket) {
            this.socket = socket;
        }

        @Override
        public boolean awaitReadable(long deadlineNanos) throws IOException {
            time.hold();
            try {
                return socket.awaitReadable(deadlineNanos);
            } finally {
                time.release();
            }
        }

        @Override
        public boolean awaitWritable(long deadlineNanos) throws IOException {
            time.hold();
            try {
                return socket.awaitWritable(deadlineNanos);
            } finally {
                time.release();
            }
        }

        /** Does not hold the clock: it waits for a time, and nothing that comes over the socket ends it. */
        @Override
        public void awaitClose(long deadlineNanos) throws IOException {
            socket.awaitClose(deadlineNanos);
        }

        @Override
        public @Nullable SocketAddress localAddress() throws IOException {
            return socket.localAddress();
        }

        @Override
        public <T> void setOption(SocketOption<T> option, T value) throws IOException {
            socket.setOption(option, value);
        }

        @Override
        public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
            return socket.getOption(option);
        }

        @Override
        public boolean isReadable() throws IOException {
            return socket.isReadable();
        }

        @Override
        public Runnable whenReadable(Runnable listener) {
            time.hold();
            return releasing(socket.whenReadable(listener));
        }

        final Runnable releasing(Runnable withdrawal) {
            return () -> {
                withdrawal.run();
                time.release();
            };
        }

        /** Does not hold the clock, as {@link #awaitClose} does not. */
        @Override
        public Runnable whenEnded(Runnable listener) {
            return socket.whenEnded(listener);
        }

        @Override
        public void requireUsable() throws IOException {
            socket.requireUsable();
        }

        @Override
        public boolean isOpen() {
            return socket.isOpen();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final class HoldingSocket extends HoldingHandle<IoSocket> implements IoSocket {

        HoldingSocket(IoSocket socket) {
            super(socket);
        }

        @Override
        public boolean awaitReadable(long deadlineNanos, boolean orWritable, BooleanSupplier news) throws IOException {
            time.hold();
            try {
                return socket.awaitReadable(deadlineNanos, orWritable, news);
            } finally {
                time.release();
            }
        }

        @Override
        public void wakeReaders() {
            socket.wakeReaders();
        }

        @Override
        public Runnable whenReadable(Runnable listener, boolean orWritable) {
            time.hold();
            return releasing(socket.whenReadable(listener, orWritable));
        }

        @Override
        public @Nullable IoSocket accept() throws IOException {
            IoSocket accepted = socket.accept();
            return accepted == null ? null : new HoldingSocket(accepted);
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            return socket.read(buffer);
        }

        @Override
        public long read(ByteBuffer[] buffers) throws IOException {
            return socket.read(buffers);
        }

        @Override
        public int peek(ByteBuffer buffer) throws IOException {
            return socket.peek(buffer);
        }

        @Override
        public int write(ByteBuffer buffer) throws IOException {
            return socket.write(buffer);
        }

        @Override
        public long write(ByteBuffer[] buffers) throws IOException {
            return socket.write(buffers);
        }

        @Override
        public boolean finishConnect() throws IOException {
            return socket.finishConnect();
        }

        @Override
        public void shutdownInput() throws IOException {
            socket.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public @Nullable SocketAddress remoteAddress() throws IOException {
            return socket.remoteAddress();
        }
    }

    private final class HoldingDatagramSocket extends HoldingHandle<IoDatagramSocket> implements IoDatagramSocket {

        HoldingDatagramSocket(IoDatagramSocket socket) {
            super(socket);
        }

        @Override
        public @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
            return socket.receive(buffer);
        }

        @Override
        public boolean send(ByteBuffer buffer, @Nullable InetSocketAddress target) throws IOException {
            return socket.send(buffer, target);
        }

        @Override
        public void connect(InetSocketAddress peer) throws IOException {
            socket.connect(peer);
        }

        @Override
        public void join(InetAddress group, NetworkInterface at) throws IOException {
            socket.join(group, at);
        }

        @Override
        public void leave(InetAddress group, NetworkInterface at) throws IOException {
            socket.leave(group, at);
        }
    }
}
