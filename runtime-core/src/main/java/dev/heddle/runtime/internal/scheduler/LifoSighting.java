package dev.heddle.runtime.internal.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What a core about to sleep saw in the LIFO slots of the others. What is still there a while later, on a core that has
 * run the same task all that time, is better off with the sleeper: its warm caches are no use while its owner computes.
 *
 * <p>Who puts something into a LIFO slot wakes nobody, since it usually runs next and where it is. So it is the thief who
 * has to look twice, at no cost to the owner.
 */
final class LifoSighting {

    private final Core[] cores;
    private final @Nullable Object[] seen;
    private final long[] runs;

    private LifoSighting(Core[] cores) {
        this.cores = cores;
        this.seen = new Object[cores.length];
        this.runs = new long[cores.length];
    }

    /** Returns what there is to be seen, or {@code null} if every slot is empty. */
    static @Nullable LifoSighting of(Core[] cores) {
        LifoSighting sighting = null;
        for (int i = 0; i < cores.length; i++) {
            Object element = cores[i].lifoSlot().peek();
            if (element != null) {
                if (sighting == null) {
                    sighting = new LifoSighting(cores);
                }
                sighting.seen[i] = element;
                sighting.runs[i] = cores[i].runs();
            }
        }
        return sighting;
    }

    /** Takes an element that is where it was, or returns {@code null} if there is none. */
    @Nullable
    Object steal() {
        for (int i = 0; i < cores.length; i++) {
            Object element = seen[i];
            if (element != null
                    && runs[i] == cores[i].runs()
                    && cores[i].lifoSlot().steal(element)) {
                return element;
            }
        }
        return null;
    }
}
