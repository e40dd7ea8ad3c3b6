package dev.heddle.runtime.internal.loom;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Interrupts threads without waiting for what they do.
 *
 * <p>{@link Thread#interrupt()} of a thread that is within the I/O of a channel closes the channel, on the calling thread.
 * That may be foreign code; and a file's channel waits until every thread has left it, which one that reads a pipe or a disk
 * that is gone may never do. Whoever interrupts one thread for the sake of others, because it fires timers or shuts a runtime
 * down, must not wait for it. So an interrupt that may have to wait is left to a thread that does nothing else.
 *
 * <p>A thread notes that it begins such I/O, or has ended it, under its interrupt lock, and then looks whether it is
 * interrupted. So while a platform thread holds that lock the other cannot begin, and if it was not at it, interrupting it
 * closes nothing. The note and the lock are read by reflection, which needs {@link VirtualThreads#MEND}. Where that does not
 * work, a thread is taken to be at it unless it is seen to wait, as one within the I/O of a file is not.
 */
public final class Interrupts {

    /** Somebody who interrupts a thread, and has to know when that is done. */
    public interface Interrupter {

        /** Called when the thread has been interrupted, by whichever thread has done it. */
        void interrupted();
    }

    private static final @Nullable VarHandle LOCK;
    private static final @Nullable VarHandle BLOCKER;

    static {
        VarHandle lock = null;
        VarHandle blocker = null;
        if (VirtualThreads.isCustomSchedulerAvailable()) {
            try {
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Thread.class, MethodHandles.lookup());
                lock = lookup.findVarHandle(Thread.class, "interruptLock", Object.class);
                Field field = Thread.class.getDeclaredField("nioBlocker");
                field.setAccessible(true);
                blocker = lookup.unreflectVarHandle(field);
            } catch (ReflectiveOperationException | RuntimeException e) {
                System.getLogger(Interrupts.class.getName())
                        .log(Level.DEBUG, "Threads note their I/O elsewhere than expected", e);
            }
        }
        // Both or neither.
        LOCK = blocker == null ? null : lock;
        BLOCKER = blocker;
    }

    /** As many as have to wait at a time, each of which ends after a second without work. */
    private static final Executor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>(), Interrupts::newThread);

    private Interrupts() {}

    private static Thread newThread(Runnable body) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .name("heddle-interrupt")
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
        // Whoever happens to make it leaves nothing of its own to it.
        thread.setContextClassLoader(null);
        return thread;
    }

    /**
     * Interrupts a thread, at once if that does not have to wait, and else soon.
     *
     * @param thread whom to interrupt
     * @param by told when it is done, once
     */
    public static void interrupt(Thread thread, Interrupter by) {
        boolean leftToAnother = false;
        try {
            leftToAnother = !tryInterrupt(thread) && startInterrupting(thread, by);
        } finally {
            if (!leftToAnother) {
                by.interrupted();
            }
        }
    }

    /** Interrupts a thread unless that may have to wait; returns whether it did. */
    private static boolean tryInterrupt(Thread thread) {
        if (thread == Thread.currentThread()) {
            thread.interrupt();
            return true;
        }
        if (LOCK == null || BLOCKER == null) {
            return interruptIf(thread.getState() != Thread.State.RUNNABLE, thread);
        }
        if (Thread.currentThread().isVirtual()) {
            // It could be suspended while it holds the lock, which carriers need. If the other begins just now, this
            // one waits after all, and holds no carrier meanwhile.
            return interruptIf(BLOCKER.get(thread) == null, thread);
        }
        synchronized (LOCK.get(thread)) {
            return interruptIf(BLOCKER.get(thread) == null, thread);
        }
    }

    private static boolean interruptIf(boolean doesNotWait, Thread thread) {
        if (doesNotWait) {
            thread.interrupt();
        }
        return doesNotWait;
    }

    /** Returns whether another thread interrupts; else it has been done here, for want of memory. */
    private static boolean startInterrupting(Thread thread, Interrupter by) {
        try {
            THREADS.execute(() -> {
                try {
                    thread.interrupt();
                } finally {
                    by.interrupted();
                }
            });
            return true;
        } catch (OutOfMemoryError noThread) {
            thread.interrupt();
            return false;
        }
    }
}
