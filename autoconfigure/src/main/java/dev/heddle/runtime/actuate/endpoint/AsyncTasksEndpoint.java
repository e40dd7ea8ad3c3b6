package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskSnapshot;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.task.TaskId;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * {@link Endpoint} that lists the live tasks of a runtime, shows the stack of one, and aborts one.
 *
 * <p>Read-only unless {@code management.endpoint.asynctasks.access=unrestricted}. Arguments and results of tasks are not
 * shown.
 */
@Endpoint(id = "asynctasks", defaultAccess = Access.READ_ONLY)
public class AsyncTasksEndpoint {

    private static final int DEFAULT_LIMIT = 1000;

    private static final Comparator<TaskSnapshot> OLDEST_FIRST =
            Comparator.comparing(TaskSnapshot::age).reversed().thenComparingLong(TaskSnapshot::id);

    private final AsyncRuntime runtime;

    /**
     * Makes the endpoint of a runtime.
     *
     * @param runtime the runtime
     */
    public AsyncTasksEndpoint(AsyncRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Lists live tasks, oldest first.
     *
     * @param name a part of the name; {@code null} or empty for all, those without a name too
     * @param state the state, or {@code null} for all
     * @param kind the kind, or {@code null} for all
     * @param limit the most entries, or {@code null} for 1000
     * @return the tasks, and how many there are beyond the limit
     */
    @ReadOperation
    public AsyncTasksDescriptor tasks(
            @Nullable String name, @Nullable TaskState state, @Nullable TaskKind kind, @Nullable Integer limit) {
        int most = Objects.requireNonNullElse(limit, DEFAULT_LIMIT);
        if (most < 0) {
            throw new InvalidEndpointRequestException(
                    "Negative limit " + most, "'limit' must not be negative, and it is " + most);
        }
        List<TaskSnapshot> matching = runtime.tasks().stream()
                .filter(task -> name == null
                        || name.isEmpty()
                        || (task.name() != null && task.name().contains(name)))
                .filter(task -> state == null || task.state() == state)
                .filter(task -> kind == null || task.kind() == kind)
                .sorted(OLDEST_FIRST)
                .toList();
        return new AsyncTasksDescriptor(
                matching.size(),
                matching.stream().limit(most).map(AsyncTaskDescriptor::of).toList());
    }

    /**
     * Shows one live task with its stack.
     *
     * @param id the task's id
     * @return the task, or {@code null} when no live task has the id
     */
    @ReadOperation
    public @Nullable AsyncTaskDetailsDescriptor task(@Selector long id) {
        return runtime.task(new TaskId(id)).map(AsyncTaskDetailsDescriptor::of).orElse(null);
    }

    /**
     * Aborts a task.
     *
     * @param id the task's id
     * @return whether there was such a task and it had not ended
     */
    @DeleteOperation
    public boolean abort(@Selector long id) {
        return runtime.abort(new TaskId(id));
    }
}
