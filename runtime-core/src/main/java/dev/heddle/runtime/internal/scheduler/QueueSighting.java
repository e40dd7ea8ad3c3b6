package dev.heddle.runtime.internal.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What a core that searches saw in the local queues of the others. Of a short one it takes only what is still there a while
 * later. Tasks that send to each other run for less than a microsecond and are back in the queue of whoever woke them; one
 * that is carried to another processor has its stack follow line by line, and two processors are half as fast as one.
 *
 * <p>Whoever watches is counted as searching meanwhile, so those who queue something wake nobody else for it.
 */
final class QueueSighting {

    /** How long a queue is at most that is not stolen from at first sight. */
    static final int SHORT = 16;

    /** In this time a core gets through a short queue of tasks that are not worth another processor. */
    private static final long WATCH_NANOS = 20_000;

    /**
     * How often in a row a core watches before it goes to sleep, which it need not do for long: what is in the LIFO slots of
     * the others is seen only then.
     */
    static final int MAX_WATCHES = 5;

    private final Core[] cores;
    private final int[] marks;

    private QueueSighting(Core[] cores) {
        this.cores = cores;
        this.marks = new int[cores.length];
        for (int i = 0; i < cores.length; i++) {
            marks[i] = cores[i].queue().mark();
        }
    }

    /** Returns what there is to be seen, or {@code null} if all queues are empty. */
    static @Nullable QueueSighting of(Core[] cores) {
        for (Core core : cores) {
            if (core.hasStealableWork()) {
                return new QueueSighting(cores);
            }
        }
        return null;
    }

    /** Waits for a while, unless something is injected. */
    void watch(InjectionQueue<?> injection) {
        long begin = System.nanoTime();
        while (injection.isEmpty() && System.nanoTime() - begin < WATCH_NANOS) {
            Thread.onSpinWait();
        }
    }

    Core[] cores() {
        return cores;
    }

    /** Returns whether a core still has something queued that it had then. */
    boolean isStillQueued(int core) {
        return cores[core].queue().holdsAnyBefore(marks[core]);
    }
}
