package dev.heddle.runtime.internal.loom;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads on a scheduler of our own, and the wiping of a thread between two tasks.
 *
 * <p>JDK 25 has both, but not in its API: they are reached by reflection and need
 * {@code --add-opens java.base/java.lang=ALL-UNNAMED}. {@link #isCustomSchedulerAvailable()} tells whether that works;
 * nothing else here may be called when it does not.
 */
public final class VirtualThreads {

    /** What the user has to do to give the runtime its own scheduler. */
    public static final String MEND = "start the JVM with --add-opens java.base/java.lang=ALL-UNNAMED, or put"
            + " 'Add-Opens: java.base/java.lang' into the manifest of the executable jar";

    private static final @Nullable MethodHandle NEW_THREAD;
    private static final @Nullable VarHandle SCHEDULER;
    private static final @Nullable VarHandle CONTINUATION;
    private static final @Nullable VarHandle THREAD_LOCALS;
    private static final @Nullable VarHandle INHERITABLE_THREAD_LOCALS;
    private static final @Nullable Executor DEFAULT_SCHEDULER;
    private static final int NO_INHERIT_THREAD_LOCALS;
    private static final String UNAVAILABLE_REASON;
    private static final boolean AVAILABLE;

    static {
        MethodHandle newThread = null;
        VarHandle scheduler = null;
        VarHandle continuation = null;
        VarHandle threadLocals = null;
        VarHandle inheritableThreadLocals = null;
        Executor defaultScheduler = null;
        int noInherit = 0;
        String reason = "";
        if (!Thread.class.getModule().isOpen(Thread.class.getPackageName(), VirtualThreads.class.getModule())) {
            reason = "java.base does not open java.lang";
        } else {
            try {
                MethodHandles.Lookup here = MethodHandles.lookup();
                MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(Thread.class, here);
                Class<?> builders = lookup.findClass("java.lang.ThreadBuilders");
                Class<?> virtualThread = lookup.findClass("java.lang.VirtualThread");
                Class<?> localMap = lookup.findClass("java.lang.ThreadLocal$ThreadLocalMap");
                newThread = MethodHandles.privateLookupIn(builders, here)
                        .findStatic(
                                builders,
                                "newVirtualThread",
                                MethodType.methodType(
                                        Thread.class, Executor.class, String.class, int.class, Runnable.class));
                MethodHandles.Lookup inVirtualThread = MethodHandles.privateLookupIn(virtualThread, here);
                scheduler = inVirtualThread.findVarHandle(virtualThread, "scheduler", Executor.class);
                continuation = inVirtualThread.findVarHandle(virtualThread, "runContinuation", Runnable.class);
                defaultScheduler = (Executor) inVirtualThread
                        .findStaticVarHandle(
                                virtualThread, "DEFAULT_SCHEDULER", java.util.concurrent.ForkJoinPool.class)
                        .get();
                threadLocals = lookup.findVarHandle(Thread.class, "threadLocals", localMap);
                inheritableThreadLocals = lookup.findVarHandle(Thread.class, "inheritableThreadLocals", localMap);
                noInherit = (int) lookup.findStaticVarHandle(Thread.class, "NO_INHERIT_THREAD_LOCALS", int.class)
                        .get();
            } catch (ReflectiveOperationException | RuntimeException e) {
                reason = "this JDK (" + Runtime.version() + ") has other internals than expected: " + e;
            }
        }
        NEW_THREAD = newThread;
        SCHEDULER = scheduler;
        CONTINUATION = continuation;
        THREAD_LOCALS = threadLocals;
        INHERITABLE_THREAD_LOCALS = inheritableThreadLocals;
        DEFAULT_SCHEDULER = defaultScheduler;
        NO_INHERIT_THREAD_LOCALS = noInherit;
        UNAVAILABLE_REASON = reason;
        AVAILABLE = reason.isEmpty();
    }

    private VirtualThreads() {}

    /** Returns whether virtual threads can be made on a scheduler of our own. */
    public static boolean isCustomSchedulerAvailable() {
        return AVAILABLE;
    }

    /** Returns why {@link #isCustomSchedulerAvailable()} is false; empty when it is true. */
    public static String unavailableReason() {
        return UNAVAILABLE_REASON;
    }

    /**
     * Makes a virtual thread whose every continuation is given to a scheduler. It inherits no thread-locals.
     *
     * @param scheduler must never throw, reject or block
     * @param name the name of the thread
     * @param body what it runs
     * @return the thread, not started
     */
    @SuppressWarnings("NullAway") // available, or not called
    public static Thread newThread(Executor scheduler, String name, Runnable body) {
        try {
            return (Thread) NEW_THREAD.invokeExact(scheduler, name, NO_INHERIT_THREAD_LOCALS, body);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Returns the scheduler of a virtual thread, which may be one that it inherited.
     *
     * @param virtualThread a virtual thread
     */
    @SuppressWarnings("NullAway") // available, or not called
    public static Executor schedulerOf(Thread virtualThread) {
        return (Executor) SCHEDULER.get(virtualThread);
    }

    /**
     * Returns what a virtual thread gives to its scheduler each time that it may run; the same object all its life.
     *
     * @param virtualThread a virtual thread
     */
    @SuppressWarnings("NullAway") // available, or not called
    public static Runnable continuationOf(Thread virtualThread) {
        return (Runnable) CONTINUATION.get(virtualThread);
    }

    /**
     * Has the JDK start its pollers for the sockets of virtual threads now, from a platform thread. They are virtual threads
     * that inherit the scheduler of whoever first blocks on a socket, and would otherwise be started by a task.
     */
    public static void initializePollers() {
        Thread thread = Thread.ofPlatform().daemon().name("heddle-start").start(() -> {
            try {
                Class.forName("sun.nio.ch.Poller", true, null);
            } catch (ClassNotFoundException | LinkageError e) {
                // Another JDK has other pollers; tasks pass on what is not theirs in any case.
                System.getLogger(VirtualThreads.class.getName())
                        .log(System.Logger.Level.DEBUG, "No pollers to initialize", e);
            }
        });
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the JDK's own scheduler of virtual threads. */
    @SuppressWarnings("NullAway") // available, or not called
    public static Executor defaultScheduler() {
        return DEFAULT_SCHEDULER;
    }

    /**
     * Exchanges all thread-locals of two threads, those included that new threads inherit.
     *
     * @param caller the calling thread
     * @param other one that is suspended until the caller lets it go on
     */
    @SuppressWarnings("NullAway") // available, or not called
    public static void exchangeThreadLocals(Thread caller, Thread other) {
        exchange(THREAD_LOCALS, caller, other);
        exchange(INHERITABLE_THREAD_LOCALS, caller, other);
    }

    private static void exchange(VarHandle locals, Thread caller, Thread other) {
        Object ofCaller = (Object) locals.get(caller);
        locals.set(caller, (Object) locals.get(other));
        locals.set(other, ofCaller);
    }

    /**
     * Removes every thread-local of a thread, those included that new threads inherit.
     *
     * @param thread the calling thread
     */
    @SuppressWarnings("NullAway") // available, or not called
    public static void clearThreadLocals(Thread thread) {
        if (THREAD_LOCALS.get(thread) != null) {
            THREAD_LOCALS.set(thread, null);
        }
        if (INHERITABLE_THREAD_LOCALS.get(thread) != null) {
            INHERITABLE_THREAD_LOCALS.set(thread, null);
        }
    }
}
