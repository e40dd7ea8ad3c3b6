package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What the caller of an {@code @AsyncTask} method is given, by the return type that the method declares. */
enum ReturnStyle {
    /** Nothing: nobody can join the task. */
    NOTHING {
        @Override
        TaskOptions options(TaskOptions options) {
            return options.asDetached();
        }

        @Override
        @Nullable
        Object spawned(JoinHandle<?> handle) {
            return null;
        }
    },
    /** The handle of the task. */
    HANDLE {
        @Override
        Object spawned(JoinHandle<?> handle) {
            return handle;
        }
    },
    /** A future that completes as the task does, and aborts it when it is cancelled. */
    COMPLETABLE_FUTURE {
        @Override
        Object spawned(JoinHandle<?> handle) {
            return handle.toCompletableFuture();
        }
    };

    /** Returns the options with which the task is spawned. */
    TaskOptions options(TaskOptions options) {
        return options;
    }

    /** Returns what the caller gets for a task. */
    abstract @Nullable Object spawned(JoinHandle<?> handle);

    /** Returns the style of a return type, or {@code null} when there is none. */
    static @Nullable ReturnStyle of(Class<?> type) {
        if (type == void.class) {
            return NOTHING;
        }
        if (type == JoinHandle.class || type == Future.class) {
            return HANDLE;
        }
        if (type == CompletableFuture.class || type == CompletionStage.class) {
            return COMPLETABLE_FUTURE;
        }
        return null;
    }
}
