package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.annotation.AsyncTask;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code @AsyncTask} method asks for, read and checked.
 *
 * @param name the name of its tasks
 * @param kind where they run
 * @param timeout the most time that one may take, or {@code null} for no limit
 * @param returns what its callers get
 * @param options the name and the like, ready to spawn with
 */
record AsyncTaskDefinition(
        String name, AsyncTask.Kind kind, @Nullable Duration timeout, ReturnStyle returns, TaskOptions options) {

    AsyncTaskDefinition(String name, AsyncTask.Kind kind, @Nullable Duration timeout, ReturnStyle returns) {
        this(name, kind, timeout, returns, returns.options(TaskOptions.named(name)));
    }
}
