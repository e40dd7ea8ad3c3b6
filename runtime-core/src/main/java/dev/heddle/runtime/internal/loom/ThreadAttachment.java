package dev.heddle.runtime.internal.loom;

import org.jspecify.annotations.Nullable;

/**
 * Finds the object attached to the running thread: the current task. The only static state of the runtime.
 *
 * <p>Three kinds of threads have one. A fiber is found through its virtual thread's scheduler, which is the fiber itself;
 * that costs two field reads and no thread-local map. A platform thread of the runtime carries its own. Any other thread
 * is bound for the length of a call.
 */
public final class ThreadAttachment {

    private static final ThreadLocal<@Nullable Object> BOUND = new ThreadLocal<>();

    /** A thread, or the scheduler of a virtual thread, that keeps what is attached to it. */
    public interface Holder {

        /**
         * Returns whether this holder stands for a thread. A virtual thread started by a fiber merely inherits the fiber
         * as its scheduler and is not held by it.
         *
         * @param thread the calling thread
         */
        boolean holds(Thread thread);

        /** Returns what is attached. Called by the thread held only. */
        @Nullable
        Object attachment();

        /**
         * Replaces what is attached. Called by the thread held only.
         *
         * @param attachment what to attach, or {@code null}
         */
        void attach(@Nullable Object attachment);
    }

    private ThreadAttachment() {}

    /** Returns what is attached to the calling thread, or {@code null}. */
    public static @Nullable Object current() {
        Holder holder = currentHolder();
        return holder == null ? BOUND.get() : holder.attachment();
    }

    /** Returns the holder that stands for the calling thread, or {@code null}. */
    public static @Nullable Holder currentHolder() {
        Thread thread = Thread.currentThread();
        Object candidate = thread;
        if (thread.isVirtual() && VirtualThreads.isCustomSchedulerAvailable()) {
            candidate = VirtualThreads.schedulerOf(thread);
        }
        return candidate instanceof Holder holder && holder.holds(thread) ? holder : null;
    }

    /**
     * Attaches an object to the calling thread while a body runs.
     *
     * @param attachment what to attach; hides what was attached before
     * @param body what to run
     */
    public static void runWith(Object attachment, Runnable body) {
        Holder holder = currentHolder();
        if (holder == null) {
            runBound(attachment, body);
            return;
        }
        Object previous = holder.attachment();
        holder.attach(attachment);
        try {
            body.run();
        } finally {
            holder.attach(previous);
        }
    }

    private static void runBound(Object attachment, Runnable body) {
        Object previous = BOUND.get();
        BOUND.set(attachment);
        try {
            body.run();
        } finally {
            if (previous == null) {
                BOUND.remove();
            } else {
                BOUND.set(previous);
            }
        }
    }
}
