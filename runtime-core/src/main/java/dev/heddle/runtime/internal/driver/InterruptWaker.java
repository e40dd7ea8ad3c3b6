package dev.heddle.runtime.internal.driver;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/**
 * Has an interrupt of a thread wake it from a system call. The JDK does that for selectors only, so this is one, of which
 * nothing but {@code wakeup} is ever used.
 */
final class InterruptWaker {

    private final Hook hook;

    InterruptWaker(Runnable wakeup) {
        this.hook = new Hook(wakeup);
    }

    /** From now on an interrupt of the calling thread, or one that has come already, wakes it. */
    void begin() {
        hook.beginCall();
    }

    /** Until now. On the same thread. */
    void end() {
        hook.endCall();
    }

    private static final class Hook extends AbstractSelector {

        private final Runnable wakeup;

        Hook(Runnable wakeup) {
            super(SelectorProvider.provider());
            this.wakeup = wakeup;
        }

        void beginCall() {
            begin();
        }

        void endCall() {
            end();
        }

        @Override
        public Selector wakeup() {
            wakeup.run();
            return this;
        }

        @Override
        protected void implCloseSelector() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected SelectionKey register(AbstractSelectableChannel channel, int ops, Object attachment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SelectionKey> keys() {
            return Set.of();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            return Set.of();
        }

        @Override
        public int selectNow() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select(long timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select() {
            throw new UnsupportedOperationException();
        }
    }
}
