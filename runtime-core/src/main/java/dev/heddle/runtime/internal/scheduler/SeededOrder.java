package dev.heddle.runtime.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is runnable in a random order that a seed decides, so that an interleaving which has shown a fault can be
 * repeated. For one thread at a time.
 */
final class SeededOrder {

    private final SplittableRandom random;
    private final List<Object> runnable = new ArrayList<>();

    SeededOrder(long seed) {
        this.random = new SplittableRandom(seed);
    }

    void add(Object element) {
        runnable.add(element);
    }

    /** Removes and returns any of the elements, or returns {@code null} if there is none. */
    @Nullable
    Object draw() {
        if (runnable.isEmpty()) {
            return null;
        }
        int drawn = random.nextInt(runnable.size());
        Object last = runnable.removeLast();
        return drawn == runnable.size() ? last : runnable.set(drawn, last);
    }
}
