package dev.heddle.demo.web;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How long exercises took the last time, to compare the flavours by. Not thread-safe. */
final class ExerciseTimes {

    /** Sizes are the clients' to choose; the one that was run longest ago is forgotten. */
    static final int MAX_SIZES = 100;

    private final Map<Size, Map<Flavor, Duration>> times = new LinkedHashMap<>(16, 0.75f, true);

    private record Size(int tasks, int millis) {}

    /**
     * Notes a run.
     *
     * @return the last wall time of the multi-thread flavour to that of the current-thread flavour for as many tasks that
     *     slept as long; {@code null} if one of the two has not run
     */
    @Nullable
    Double add(Flavor flavor, int tasks, int millis, Duration wallTime) {
        Map<Flavor, Duration> ofSize = times.computeIfAbsent(new Size(tasks, millis), _ -> new EnumMap<>(Flavor.class));
        ofSize.put(flavor, wallTime);
        if (times.size() > MAX_SIZES) {
            times.remove(times.keySet().iterator().next());
        }
        Duration multiThread = ofSize.get(Flavor.MULTI_THREAD);
        Duration currentThread = ofSize.get(Flavor.CURRENT_THREAD);
        return multiThread == null || currentThread == null
                ? null
                : (double) multiThread.toNanos() / currentThread.toNanos();
    }
}
