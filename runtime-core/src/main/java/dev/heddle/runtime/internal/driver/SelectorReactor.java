package dev.heddle.runtime.internal.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

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

    private final Selector selector;
    private final Thread poller;
    private final AtomicBoolean started = new AtomicBoolean();
    private final MpscUnboundedVarHandleArrayQueue<SelectorRegistration> requests =
            new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicInteger registrations = new AtomicInteger();
    private volatile boolean asleep;
    private volatile boolean shutDown;
    private volatile boolean closed;

    SelectorReactor(String threadName) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a selector", e);
        }
        this.poller = Thread.ofPlatform()
                .daemon()
                .name(threadName)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::poll);
        poller.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    @Override
    public String name() {
        return "selector";
    }

    @Override
    public IoRegistration register(SelectableChannel channel) throws IOException {
        if (shutDown) {
            throw SelectorRegistration.shutDown();
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
            throw SelectorRegistration.shutDown();
        } catch (IOException | RuntimeException e) {
            registrations.decrementAndGet();
            throw e;
        }
        if (shutDown) {
            // It may have come too late for the shutdown to see it.
            registration.shutdown();
            throw SelectorRegistration.shutDown();
        }
        return registration;
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

    private void poll() {
        while (!closed) {
            asleep = true;
            for (SelectorRegistration r = requests.poll(); r != null; r = requests.poll()) {
                whileKeyIsValid(r::updateInterest);
            }
            try {
                selector.select(SelectorReactor::ready);
            } catch (IOException e) {
                LOG.log(Level.ERROR, "The selector failed, and with it every socket of this runtime", e);
                shutdown();
                return;
            } finally {
                asleep = false;
            }
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
    public int registrations() {
        return registrations.get();
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
        try {
            if (started.get()) {
                poller.join(Duration.ofNanos(Math.max(1, deadlineNanos - System.nanoTime())));
            }
            selector.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The selector did not close", e);
        }
    }
}
