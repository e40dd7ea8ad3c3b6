package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoHandle;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/** A channel of the JDK, watched by a {@link SelectorReactor}. */
abstract class ChannelHandle<C extends SelectableChannel & NetworkChannel> implements IoHandle {

    final C channel;
    final SelectorReactor reactor;
    final SelectorRegistration registration;

    ChannelHandle(C channel, SelectorReactor reactor) throws IOException {
        this.channel = channel;
        this.reactor = reactor;
        this.registration = reactor.register(channel);
    }

    @Override
    public @Nullable SocketAddress localAddress() throws IOException {
        return channel.getLocalAddress();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    @Override
    public <T> @Nullable T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public boolean awaitReadable(long deadlineNanos) throws IOException {
        return registration.await(Waiters.READ, deadlineNanos);
    }

    @Override
    public boolean awaitWritable(long deadlineNanos) throws IOException {
        return registration.await(Waiters.WRITE, deadlineNanos);
    }

    @Override
    public void awaitClose(long deadlineNanos) throws IOException {
        registration.await(0, deadlineNanos);
    }

    @Override
    public boolean isReadable() throws IOException {
        return reactor.isReadable(channel);
    }

    @Override
    public Runnable whenReadable(Runnable listener) {
        return registration.listen(Waiters.READ, listener);
    }

    @Override
    public Runnable whenEnded(Runnable listener) {
        return registration.listen(0, listener);
    }

    @Override
    public void requireUsable() throws IOException {
        registration.throwIfEnded();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            registration.close();
        }
    }
}
