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
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;

/**
 * A reactor on {@link Selector}. Level-triggered: interest in a direction is on while a task waits for it, and off as soon
 * as it was reported.
 *
 * <p>Interest is changed by the polling thread only. A task that begins to wait queues its registration and wakes the
 * selector if somebody sleeps in it. No request is slept through: the poller sets {@link #asleep}, then empties the queue,
 * then selects; a task queues, then reads {@code asleep}. Both are volatile, so either the poller sees the request or the
 * task sees the sleeper, and {@link Selector#wakeup()} stays in force until the next select.
 */
final class SelectorReactor implements Reactor {

    private static final Logger LOG = System.getLogger(SelectorReactor.class.getName());

    private final Selector selector;
    private final MpscUnboundedVarHandleArrayQueue<SelectorRegistration> requests =
            new MpscUnboundedVarHandleArrayQueue<>(256);
    private final AtomicInteger registrations = new AtomicInteger();
    private volatile boolean asleep;
    private volatile boolean closed;

    SelectorReactor() {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot open a selector", e);
        }
    }

    @Override
    public String name() {
        return "selector";
    }

    @Override
    public IoRegistration register(SelectableChannel channel) throws IOException {
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
        if (closed) {
            registration.close();
            throw SelectorRegistration.shutDown();
        }
        return registration;
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

    @Override
    public void poll(long timeoutNanos) {
        asleep = timeoutNanos > 0;
        try {
            for (SelectorRegistration r = requests.poll(); r != null; r = requests.poll()) {
                r.updateInterest();
            }
            if (timeoutNanos == 0) {
                selector.selectNow(SelectorReactor::ready);
            } else {
                selector.select(SelectorReactor::ready, toMillisRoundedUp(timeoutNanos));
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "The selector failed", e);
        } catch (ClosedSelectorException e) {
            LOG.log(Level.DEBUG, "Polled a closed selector", e);
        } finally {
            asleep = false;
        }
    }

    /** A selector takes milliseconds, and 0 for no limit. */
    private static long toMillisRoundedUp(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : Math.max(1, Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(1)));
    }

    private static void ready(SelectionKey key) {
        SelectorRegistration registration = (SelectorRegistration) key.attachment();
        try {
            registration.ready(key.readyOps());
        } catch (CancelledKeyException e) {
            // Closed since the selector reported it; its waiters have been woken by the close.
            LOG.log(Level.TRACE, "A channel was closed while it became ready", e);
        }
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public int registrations() {
        return registrations.get();
    }

    @Override
    public boolean needsPolling() {
        return !selector.keys().isEmpty();
    }

    @Override
    public void close() {
        closed = true;
        for (SelectionKey key : List.copyOf(selector.keys())) {
            if (key.attachment() instanceof SelectorRegistration registration) {
                registration.shutdown();
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The selector did not close", e);
        }
    }
}
