package dev.heddle.runtime.internal.driver;

import dev.heddle.runtime.internal.context.IoDatagramSocket;
import dev.heddle.runtime.internal.context.IoSocket;
import dev.heddle.runtime.internal.context.Timers;
import dev.heddle.runtime.internal.log.SafeLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A reactor on {@link Selector}, with a thread of its own. Level-triggered: interest in a direction is on while a task waits
 * for it, and off as soon as it was reported.
 *
 * <p>Why a thread of its own, and not an idle worker: a selector has monitors that its poller shares with whoever
 * registers, closes or wakes. A fiber that finds one taken suspends and becomes its heir; a worker that then waits for the
 * same monitor would wait for a fiber that needs that worker. This thread runs no fibers, so it may wait for one.
 *
 * <p>Interest is changed by the polling thread only. A task that begins to wait queues its registration and wakes the
 * selector if somebody sleeps in it. No request is slept through: the poller sets {@link #asleep}, then empties the queue,
 * then selects; a task queues, then reads {@code asleep}. Both are volatile, so either the poller sees the request or the
 * task sees the sleeper, and {@link Selector#wakeup()} stays in force until the next select.
 */
final class SelectorReactor implements Reactor {

    private static final Logger LOG = System.getLogger(SelectorReactor.class.getName());

    private final String hint;
    private final Timers timers;
    private final Selector selector;
    private final Thread poller;
    private final AtomicBoolean started = new AtomicBoolean();
    private final MpscUnboundedVarHandleArrayQueue<SelectorRegistration> requests =
            new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicInteger registrations = new AtomicInteger();
    private final LongAdder refusedAccepts = new LongAdder();

    /** Guards {@link #probe}. Taken by tasks only, never by the poller. */
    private final ReentrantLock probing = new ReentrantLock();

    /** Asks about one channel at a time. */
    private @Nullable Selector probe;

    private volatile boolean asleep;
    private volatile boolean shutDown;
    private volatile boolean closed;

    /**
     * Makes one.
     *
     * @param threadName the name of its thread
     * @param hint why this and not epoll
     * @param timers for waits with a deadline
     */
    SelectorReactor(String threadName, String hint, Timers timers) {
        this.hint = hint;
        this.timers = timers;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a selector", e);
        }
        this.poller = Thread.ofPlatform()
                .daemon()
                .name(threadName)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::select);
        poller.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    @Override
    public String name() {
        return "selector";
    }

    @Override
    public String hint() {
        return hint;
    }

    Timers timers() {
        return timers;
    }

    @Override
    public IoSocket listen(SocketAddress address, int backlog, boolean reusePort) throws IOException {
        boolean unix = address instanceof UnixDomainSocketAddress;
        ServerSocketChannel channel =
                unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (!unix) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            if (reusePort && !unix) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, backlog);
            return new ChannelSocket<>(channel, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public IoSocket connect(SocketAddress address) throws IOException {
        SocketChannel channel = address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
        ChannelSocket<SocketChannel> socket = ChannelSocket.adopt(channel, this);
        try {
            channel.connect(address);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public IoDatagramSocket bind(InetSocketAddress address, boolean shareAddress) throws IOException {
        DatagramChannel channel = open(
                address.getAddress() instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
        try {
            channel.configureBlocking(false);
            if (shareAddress) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            }
            channel.bind(address);
            return new ChannelDatagramSocket(channel, this);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static DatagramChannel open(ProtocolFamily family) throws IOException {
        try {
            return DatagramChannel.open(family);
        } catch (UnsupportedOperationException e) {
            SocketException refused = new SocketException("The system has no " + family);
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * Registers a channel, once for its life.
     *
     * @param channel a channel in non-blocking mode
     * @throws IOException if the runtime is shut down or the system refuses
     */
    SelectorRegistration register(SelectableChannel channel) throws IOException {
        if (shutDown) {
            throw Waiters.shutDown();
        }
        if (!started.get() && started.compareAndSet(false, true)) {
            poller.start();
        }
        SelectorRegistration registration = new SelectorRegistration(this);
        registrations.incrementAndGet();
        try {
            registration.attach(channel.register(selector, 0, registration));
        } catch (ClosedSelectorException e) {
            registrations.decrementAndGet();
            throw Waiters.shutDown();
        } catch (IOException | RuntimeException e) {
            registrations.decrementAndGet();
            throw e;
        }
        if (shutDown) {
            // It may have come too late for the shutdown to see it.
            registration.shutdown();
            throw Waiters.shutDown();
        }
        return registration;
    }

    /**
     * Returns whether a channel has something to read, and takes nothing: by another selector, since this one tells its own
     * thread only.
     *
     * @throws IOException if the channel is closed or the system refuses
     */
    boolean isReadable(SelectableChannel channel) throws IOException {
        probing.lock();
        try {
            if (closed) {
                throw Waiters.shutDown();
            }
            Selector selects = probe;
            if (selects == null) {
                selects = Selector.open();
                probe = selects;
            }
            SelectionKey readable = channel.register(selects, SelectionKey.OP_READ);
            try {
                return selects.selectNow() > 0;
            } finally {
                readable.cancel();
                // Takes the key out, with which the descriptor of a closed channel would stay.
                selects.selectNow();
                selects.selectedKeys().clear();
            }
        } finally {
            probing.unlock();
        }
    }

    /** Returns the selection key of a registered channel, for tests. */
    SelectionKey keyOf(SelectableChannel channel) {
        return Objects.requireNonNull(channel.keyFor(selector));
    }

    /** Has the interest of a registration brought up to date before the next select. */
    void requestUpdate(SelectorRegistration registration) {
        requests.offer(registration);
        wakeIfAsleep();
    }

    /** Called once for each registration that was closed. */
    void deregistered() {
        registrations.decrementAndGet();
        // The selector releases the descriptor of a closed channel at its next select only.
        wakeIfAsleep();
    }

    private void wakeIfAsleep() {
        if (asleep) {
            selector.wakeup();
        }
    }

    private void select() {
        while (!closed) {
            try {
                selectOnce();
            } catch (ClosedSelectorException closedWithoutWaiting) {
                return;
            } catch (IOException e) {
                SafeLog.error(
                        SelectorReactor.class, "The selector failed, and with it every socket of this runtime", e);
                shutdown();
                return;
            } catch (Throwable bug) {
                // Without this thread nobody who waits for a socket would hear of it.
                SafeLog.error(SelectorReactor.class, "The selector goes on after an error of its own", bug);
            }
        }
    }

    private void selectOnce() throws IOException {
        asleep = true;
        try {
            for (SelectorRegistration r = requests.poll(); r != null; r = requests.poll()) {
                whileKeyIsValid(r::updateInterest);
            }
            selector.select(SelectorReactor::ready);
        } finally {
            asleep = false;
            // It means nothing to this thread, and as long as one is pending no select waits.
            Thread.interrupted();
        }
    }

    private static void ready(SelectionKey key) {
        SelectorRegistration registration = (SelectorRegistration) key.attachment();
        whileKeyIsValid(() -> registration.ready(key.readyOps()));
    }

    private static void whileKeyIsValid(Runnable action) {
        try {
            action.run();
        } catch (CancelledKeyException e) {
            // Somebody closes the channel at this moment, and wakes its waiters next.
            LOG.log(Level.TRACE, "A channel was closed while its key was in use", e);
        }
    }

    @Override
    public void park(long timeoutNanos) {
        Reactor.parkThread(this, timeoutNanos);
    }

    /** Its own thread does that. */
    @Override
    public void poll() {}

    /** Whoever sleeps does so on its permit. */
    @Override
    public void wakeup() {}

    @Override
    public int registrations() {
        return registrations.get();
    }

    void acceptRefused() {
        refusedAccepts.increment();
    }

    @Override
    public long refusedAccepts() {
        return refusedAccepts.sum();
    }

    @Override
    public void shutdown() {
        shutDown = true;
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof SelectorRegistration registration) {
                registration.shutdown();
            }
        }
    }

    @Override
    public void close(long deadlineNanos) {
        closed = true;
        selector.wakeup();
        if (started.get()) {
            joinPoller(deadlineNanos);
        }
        // The descriptors of closed channels are given back by this, too.
        close(selector);
        probing.lock();
        try {
            if (probe != null) {
                close(probe);
                probe = null;
            }
        } finally {
            probing.unlock();
        }
    }

    /** The poller is on its way out and waits for nobody, so whoever is interrupted waits for it all the same. */
    private void joinPoller(long deadlineNanos) {
        boolean interrupted = false;
        for (; ; ) {
            try {
                poller.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Selector open) {
        try {
            open.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "A selector did not close", e);
        }
    }
}
