package dev.heddle.runtime.internal.scheduler;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Moves work to a core from the local queues of the others. It begins with one that is drawn by chance, so that thieves spread.
 * For the driving thread.
 */
final class Thief {

    private final Core core;
    private final Shared shared;
    private final WorkerCounters counters;
    private final SplittableRandom random = new SplittableRandom();

    /**
     * Makes one.
     *
     * @param core who gets what is stolen
     * @param shared who the others are
     * @param counters of that core
     */
    Thief(Core core, Shared shared, WorkerCounters counters) {
        this.core = core;
        this.shared = shared;
        this.counters = counters;
    }

    /** Takes half of a long queue, all but one into the core's own, and returns that one; {@code null} if none is long. */
    @Nullable
    Object stealAtFirstSight() {
        return steal(shared.cores(), null);
    }

    /** Does the same with a queue that is long or holds something that was seen there before. */
    @Nullable
    Object steal(QueueSighting sighting) {
        return steal(sighting.cores(), sighting);
    }

    private @Nullable Object steal(Core[] cores, @Nullable QueueSighting sighting) {
        int first = random.nextInt(cores.length);
        for (int i = 0; i < cores.length; i++) {
            int at = (first + i) % cores.length;
            boolean isLong = cores[at].queue().size() > QueueSighting.SHORT;
            if (isLong || (sighting != null && sighting.isStillQueued(at))) {
                Object stolen = stealFrom(cores[at]);
                if (stolen != null) {
                    return stolen;
                }
            }
        }
        return null;
    }

    private @Nullable Object stealFrom(Core victim) {
        if (victim == core) {
            return null;
        }
        Object stolen = victim.queue().stealInto(core.queue());
        if (stolen != null) {
            counters.steals.increment();
            counters.stolenTasks.add(1 + core.queue().size());
        }
        return stolen;
    }
}
