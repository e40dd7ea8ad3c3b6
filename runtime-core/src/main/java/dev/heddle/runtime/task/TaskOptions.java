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
 * @param bindings scoped values that the task finds bound; {@code null} for none
 */
public record TaskOptions(@Nullable String name, boolean detached, ScopedValue.@Nullable Carrier bindings) {

    /** No name, no bindings, and a joiner may come. */
    public static final TaskOptions DEFAULT = new TaskOptions(null, false, null);

    /**
     * Returns options with a name.
     *
     * @param name the name
     */
    public static TaskOptions named(String name) {
        return new TaskOptions(Objects.requireNonNull(name, "name"), false, null);
    }

    /** Returns these options for a task that nobody will join. */
    public TaskOptions asDetached() {
        return new TaskOptions(name, true, bindings);
    }

    /**
     * Returns these options with a scoped value that the task finds bound. A value that carriers of the runtime have captured
     * for the same key gives way to this one.
     *
     * @param key the scoped value
     * @param value what it is bound to
     * @param <V> its type
     */
    public <V> TaskOptions with(ScopedValue<V> key, V value) {
        return new TaskOptions(
                name, detached, bindings == null ? ScopedValue.where(key, value) : bindings.where(key, value));
    }
}
