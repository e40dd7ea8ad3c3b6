package dev.heddle.runtime.task;

import dev.heddle.runtime.internal.loom.SpinLock;
import java.lang.ScopedValue.CallableOp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells many that they shall stop, once and for good. Tokens form a tree: cancelling one cancels all below it, and none above.
 *
 * <p>Code that works in steps asks {@link #isCancelled()}; code that waits does so within {@link #runUntilCancelled}; whoever
 * has something to stop registers a {@linkplain #onCancel callback}. A token belongs to no runtime, and all methods may be
 * called from any thread, of a task or not.
 *
 * <p>A child that nobody refers to any more, and that has neither callbacks nor waiters, costs its parent nothing.
 *
 * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="token"}
 */
public final class CancellationToken {

    private final @Nullable CancellationToken parent;

    /**
     * Guards the fields below. A child takes its parent's lock within its own, never the other way round: who cancels calls
     * what is registered outside of the lock.
     */
    private final SpinLock lock = new SpinLock();

    private volatile boolean cancelled;
    private @Nullable Node first;

    /** Where this token is registered with its parent, which it is as long as somebody is registered with itself. */
    private @Nullable Node inParent;

    /** Makes a token without a parent. */
    public CancellationToken() {
        this(null);
    }

    private CancellationToken(@Nullable CancellationToken parent) {
        this.parent = parent;
    }

    /** Returns a new token that is cancelled with this one, or alone; at once if this one is cancelled. */
    public CancellationToken childToken() {
        return new CancellationToken(this);
    }

    /** Returns whether this token, or one above it, was cancelled. */
    public boolean isCancelled() {
        for (CancellationToken token = this; token != null; token = token.parent) {
            if (token.cancelled) {
                return true;
            }
        }
        return false;
    }

    /**
     * Cancels this token and all below it. When it returns, waiters have been woken and the callbacks that were registered
     * have run, each on the calling thread, or run just now on that of another caller. Has no effect the second time.
     *
     * <p>A callback that throws keeps no other from running. The first such exception is thrown in the end, the others are
     * suppressed in it.
     */
    public void cancel() {
        Node called;
        lock.lock();
        cancelled = true;
        called = first;
        first = null;
        for (Node node = called; node != null; node = node.next) {
            node.linked = false;
        }
        Node mine = inParent;
        inParent = null;
        lock.unlock();
        if (mine != null) {
            mine.unregister();
        }
        Failures failures = new Failures();
        // The newest is first in the list, and the callbacks are to run in the order in which they were registered.
        for (Node node : reversed(called)) {
            try {
                node.call();
            } catch (Throwable thrown) {
                failures.add(thrown);
            }
        }
        failures.throwIfAny();
    }

    private static List<Node> reversed(@Nullable Node newest) {
        List<Node> nodes = new ArrayList<>();
        for (Node node = newest; node != null; node = node.next) {
            nodes.add(node);
        }
        return nodes.reversed();
    }

    /**
     * Has a callback run when this token is cancelled; at once, on the calling thread, if it is.
     *
     * @param callback run by whoever cancels; should be short
     * @return takes the callback back
     */
    public Registration onCancel(Runnable callback) {
        Node node = new Node(this, callback);
        if (!register(node)) {
            node.call();
        }
        return node;
    }

    /** Returns whether the node is registered; if not, the token is cancelled. */
    private boolean register(Node node) {
        lock.lock();
        try {
            if (cancelled) {
                return false;
            }
            if (first == null && parent != null) {
                Node mine = new Node(parent, this::cancel);
                if (!parent.register(mine)) {
                    cancelled = true;
                    return false;
                }
                inParent = mine;
            }
            node.next = first;
            if (first != null) {
                first.previous = node;
            }
            first = node;
            node.linked = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean unregister(Node node) {
        lock.lock();
        try {
            if (!node.linked) {
                return false;
            }
            node.linked = false;
            if (node.previous == null) {
                first = node.next;
            } else {
                node.previous.next = node.next;
            }
            if (node.next != null) {
                node.next.previous = node.previous;
            }
            if (first == null && inParent != null) {
                inParent.unregister();
                inParent = null;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until this token is cancelled. Suspends a task, blocks an ordinary thread.
     *
     * @throws InterruptedException if the caller is interrupted before or while it waits
     */
    public void await() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Thread waiting = Thread.currentThread();
        Registration registration = onCancel(() -> LockSupport.unpark(waiting));
        try {
            while (!isCancelled()) {
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            registration.close();
        }
    }

    /**
     * Runs a body on the calling thread and interrupts it when this token is cancelled.
     *
     * <p>A body that ends in spite of the interrupt has its result returned, and one that ignores it is waited for. The
     * interrupt meets this body and nothing after it.
     *
     * @param body what to run; not at all if the token is cancelled already
     * @param <T> the type of its result
     * @param <X> what it throws
     * @return the result of the body
     * @throws X what the body threw before the token was cancelled, or after its task was aborted
     * @throws CancellationException if the token was cancelled and the body did not run, or ended by an exception, which is
     *     the cause
     */
    public <T extends @Nullable Object, X extends Throwable> T runUntilCancelled(CallableOp<? extends T, X> body)
            throws X {
        return CancellableRun.call(this, body);
    }

    /** Returns a guard that cancels this token when it is closed, for a {@code try} statement. */
    public DropGuard dropGuard() {
        return new DropGuard(this);
    }

    @Override
    public String toString() {
        return isCancelled() ? "a cancelled token" : "a token";
    }

    /**
     * A callback that is registered with a token.
     *
     * {@snippet class="dev.heddle.runtime.examples.GroupExamples" region="callback"}
     */
    public sealed interface Registration extends AutoCloseable {

        /**
         * Takes the callback back, unless it has run or is running. Has no effect the second time.
         */
        @Override
        void close();
    }

    private static final class Node implements Registration {

        private final CancellationToken token;
        private final Runnable action;
        private @Nullable Node previous;
        private @Nullable Node next;
        private boolean linked;

        Node(CancellationToken token, Runnable action) {
            this.token = token;
            this.action = action;
        }

        void call() {
            action.run();
        }

        void unregister() {
            token.unregister(this);
        }

        @Override
        public void close() {
            unregister();
        }
    }

    private static final class Failures {

        private @Nullable Throwable first;

        @SuppressWarnings("ReferenceEquality") // one exception cannot be suppressed in itself
        void add(Throwable thrown) {
            if (first == null) {
                first = thrown;
            } else if (first != thrown) {
                first.addSuppressed(thrown);
            }
        }

        void throwIfAny() {
            if (first instanceof Error error) {
                throw error;
            }
            if (first instanceof RuntimeException exception) {
                throw exception;
            }
        }
    }
}
