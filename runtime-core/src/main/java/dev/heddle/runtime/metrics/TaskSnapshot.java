package dev.heddle.runtime.metrics;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A live task at one moment.
 *
 * {@snippet class="dev.heddle.runtime.examples.MetricsExamples" region="tasks"}
 *
 * @param id its identity within the runtime
 * @param name the name given at spawn, or {@code null}
 * @param kind where it runs
 * @param state what it was doing
 * @param aborted whether somebody has asked it to end early
 * @param age the time since it was spawned, exact to about a millisecond
 * @param waitingOn what it is parked on: {@code timer}, {@code socket}, {@code task} and its name, otherwise the class of
 *     the object; {@code null} when it is not parked on one
 * @param stack its stack, innermost frame first; empty unless asked for, or when it has not begun
 */
public record TaskSnapshot(
        long id,
        @Nullable String name,
        TaskKind kind,
        TaskState state,
        boolean aborted,
        Duration age,
        @Nullable String waitingOn,
        List<StackTraceElement> stack) {

    public TaskSnapshot {
        stack = List.copyOf(stack);
    }
}
