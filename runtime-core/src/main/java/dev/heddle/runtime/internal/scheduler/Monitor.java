package dev.heddle.runtime.internal.scheduler;

import dev.heddle.runtime.internal.driver.Driver;
import dev.heddle.runtime.internal.log.SafeLog;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks at the workers from outside every {@link #TICK_NANOS}, as the system monitor of Go's runtime does: keeps a coarse
 * clock, wakes a sleeping worker for work that waits with one that computes, and for the driver if nobody has come to it, and
 * does what the driver has to do when no worker comes to it.
 *
 * <p>It sleeps while no worker has been awake for some ticks. It is then woken by the first worker that wakes: the worker
 * counts itself awake and then reads {@link #asleep}; the monitor sets {@code asleep} and then looks whether a worker is
 * awake. Both are sequentially consistent, so one of them sees the other.
 */
final class Monitor {

    private static final long TICK_NANOS = 10_000_000;

    /** For how many ticks without a worker awake it goes on, so that a busy application does not wake it all the time. */
    private static final int LINGER_TICKS = 10;

    /** How late timers are when no worker is to be expected any more. One that comes fires them better: on its own queue. */
    private static final long STUCK_NANOS = 50_000_000;

    private final Shared shared;
    private final Driver driver;
    private final Thread thread;
    private volatile boolean asleep = true;
    private volatile boolean stopped;
    private volatile long now = System.nanoTime();

    Monitor(Shared shared, Driver driver, String name) {
        this.shared = shared;
        this.driver = driver;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(this::run);
        thread.setContextClassLoader(null);
    }

    void start(Consumer<Thread> starter) {
        starter.accept(thread);
    }

    /** Returns the time, up to a few ticks old while some worker is awake, in terms of {@link System#nanoTime()}. */
    long nanoTime() {
        return asleep ? System.nanoTime() : now;
    }

    /** Tells that a worker has woken up. */
    void workerWoke() {
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        Glance last = new Glance(new Core[0], driver);
        int idleTicks = 0;
        while (!stopped) {
            now = System.nanoTime();
            asleep = false;
            if (shared.idle().isAnyAwake()) {
                idleTicks = 0;
                try {
                    last = wakeForWorkBehindAnother(last);
                    fireTimersForStuckWorkers();
                } catch (Throwable bug) {
                    SafeLog.error(Monitor.class, "The monitor goes on after an error of its own", bug);
                }
            } else if (++idleTicks > LINGER_TICKS) {
                sleep();
                idleTicks = 0;
            }
            LockSupport.parkNanos(this, TICK_NANOS);
            forgetInterrupt();
        }
    }

    private void sleep() {
        asleep = true;
        while (!shared.idle().isAnyAwake() && !stopped) {
            LockSupport.park(this);
            forgetInterrupt();
        }
    }

    /** An interrupt means nothing to it, and as long as it is pending no park waits. */
    private static void forgetInterrupt() {
        Thread.interrupted();
    }

    private Glance wakeForWorkBehindAnother(Glance last) {
        Glance present = new Glance(shared.cores(), driver);
        if (present.showsWorkStuckSince(last) || present.showsDriverLeftSince(last)) {
            shared.wakeOne();
        }
        return present;
    }

    /** Sees to the timers that workers have armed and not come back to, and fires what is due if nobody else can. */
    private void fireTimersForStuckWorkers() {
        driver.collectTimers();
        if (driver.isOverdueBy(STUCK_NANOS) && driver.tryAcquire()) {
            try {
                driver.poll();
            } finally {
                driver.release();
            }
            // A worker that fell asleep meanwhile has not found the driver free, and somebody has to sleep in it. It is
            // counted as asleep before it looks at the driver, so either it finds it free or it is seen here.
            if (!shared.idle().isAnyAwake()) {
                shared.wakeOne();
            }
        }
    }

    void stop(long deadlineNanos) {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            Threads.join(thread, deadlineNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How often each core had run a task, whether something waited there, and whether somebody had the driver. */
    private static final class Glance {

        private final Core[] cores;
        private final long[] runs;
        private final boolean[] waiting;

        /** Read before {@link #held}, so that the driver was free from one glance to the next if both agree on that. */
        private final int looks;

        private final boolean held;

        Glance(Core[] cores, Driver driver) {
            this.cores = cores;
            this.runs = new long[cores.length];
            this.waiting = new boolean[cores.length];
            this.looks = driver.looks();
            this.held = driver.isHeld();
            for (int i = 0; i < cores.length; i++) {
                runs[i] = cores[i].runs();
                waiting[i] = cores[i].hasLocalWork();
            }
        }

        boolean showsWorkStuckSince(Glance before) {
            for (int i = 0; i < cores.length; i++) {
                if (waiting[i] && isStuckSince(before, i)) {
                    return true;
                }
            }
            return false;
        }

        boolean showsDriverLeftSince(Glance before) {
            return !before.held && !held && looks == before.looks;
        }

        @SuppressWarnings("ReferenceEquality") // the array is replaced whenever it changes
        private boolean isStuckSince(Glance before, int core) {
            return before.cores == cores && runs[core] == before.runs[core];
        }
    }
}
