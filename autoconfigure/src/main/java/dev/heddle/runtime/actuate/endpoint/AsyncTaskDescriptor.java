package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A live task.
 *
 * @param id its identity
 * @param name its name; absent when it has none
 * @param kind {@code async}, {@code blocking} or {@code block-on}
 * @param state {@code queued}, {@code running} or {@code waiting}
 * @param aborted whether somebody has asked it to end
 * @param age the time since it was spawned
 * @param waitingOn what it is parked on: {@code timer}, {@code socket}, {@code task} and its name, otherwise a class;
 *     absent when that is not known
 */
public record AsyncTaskDescriptor(
        long id,
        @Nullable String name,
        String kind,
        String state,
        boolean aborted,
        Duration age,
        @Nullable String waitingOn) {

    static AsyncTaskDescriptor of(TaskSnapshot task) {
        return new AsyncTaskDescriptor(
                task.id(),
                task.name(),
                Text.of(task.kind()),
                Text.of(task.state()),
                task.aborted(),
                task.age(),
                task.waitingOn());
    }
}
