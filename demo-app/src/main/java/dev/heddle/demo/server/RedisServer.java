package dev.heddle.demo.server;

import dev.heddle.demo.LifecyclePhases;
import dev.heddle.demo.settings.RedisProperties;
import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.net.TcpListener;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Listens for clients while the application runs. */
@Component
public final class RedisServer implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RedisServer.class);

    /** When the system refuses, for want of descriptors say, it would refuse again at once. */
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofMillis(100);

    private final AsyncRuntime runtime;
    private final RedisProperties properties;
    private final Connections connections;
    private volatile @Nullable Listening listening;

    /** What there is while it runs. */
    private record Listening(TcpListener listener, JoinHandle<?> acceptor, int port) {}

    RedisServer(AsyncRuntime runtime, RedisProperties properties, Connections connections) {
        this.runtime = runtime;
        this.properties = properties;
        this.connections = connections;
    }

    /** Returns the port that it listens on, which the system may have chosen. */
    public int port() {
        Listening current = listening;
        if (current == null) {
            throw new IllegalStateException("The server is not running");
        }
        return current.port();
    }

    @Override
    public void start() {
        InetSocketAddress address = new InetSocketAddress(properties.host(), properties.port());
        try {
            TcpListener listener = runtime.blockOn(() -> TcpListener.bind(address));
            JoinHandle<?> acceptor =
                    runtime.spawn(TaskOptions.named("redis-accept").asDetached(), () -> acceptAll(listener));
            listening =
                    new Listening(listener, acceptor, listener.localAddress().getPort());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "Cannot listen on " + address + " (demo.redis.host, demo.redis.port): " + e.getMessage(), e);
        }
        log.info("Serving Redis clients on {}:{}", properties.host(), port());
    }

    @Override
    public void stop() {
        Listening current = listening;
        if (current == null) {
            return;
        }
        listening = null;
        try {
            current.listener().close();
        } catch (IOException e) {
            log.warn("The listening socket could not be closed", e);
        }
        // However it ends: from then on nobody new comes, and those who are there are told to finish.
        current.acceptor()
                .toCompletableFuture()
                .handle((nothing, failure) -> true)
                .join();
        connections.finish(properties.shutdownGrace());
    }

    @Override
    public boolean isRunning() {
        return listening != null;
    }

    /** A pause would disconnect every client. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.SERVER;
    }

    private @Nullable Void acceptAll(TcpListener listener) throws InterruptedException {
        for (; ; ) {
            try {
                connections.open(listener.accept());
            } catch (ClosedChannelException | InterruptedIOException stopped) {
                return null;
            } catch (IOException refused) {
                log.warn("The system refuses to let a client in: {}", refused.toString());
                Time.sleep(PAUSE_AFTER_REFUSAL);
            }
        }
    }
}
