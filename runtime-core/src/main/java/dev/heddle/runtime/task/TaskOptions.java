package dev.heddle.runtime.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may say about a task when spawning it. Immutable.
 *
 * {@snippet class="dev.heddle.runtime.examples.TaskExamples" region="options"}
 *
 * @param name what the task is called in listings, logs and as its thread's name while it runs; {@code null} for none.
 *     Names need not be unique: they say what kind of task this is
 * @param detached whether nobody will join the task, so that a failure is reported at once instead of after the time
 *     in which a joiner could still come
 */
public record TaskOptions(@Nullable String name, boolean detached) {

    /** No name, and a joiner may come. */
    public static final TaskOptions DEFAULT = new TaskOptions(null, false);

    /**
     * Returns options with a name.
     *
     * @param name the name
     */
    public static TaskOptions named(String name) {
        return new TaskOptions(Objects.requireNonNull(name, "name"), false);
    }

    /** Returns these options for a task that nobody will join. */
    public TaskOptions asDetached() {
        return new TaskOptions(name, true);
    }
}
