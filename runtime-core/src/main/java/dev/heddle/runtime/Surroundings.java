package dev.heddle.runtime;

import dev.heddle.runtime.ContextCarrier.Captured;
import dev.heddle.runtime.internal.task.TaskCell;
import dev.heddle.runtime.task.Task;
import dev.heddle.runtime.task.TaskOptions;
import java.lang.ScopedValue.CallableOp;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Puts around a task's body what it is to find when it runs: the bindings of its options, what carriers have captured, and
 * the word to the listeners that it begins. A body that needs nothing of that stays as it is.
 */
final class Surroundings {

    private final ContextCarrier[] carriers;
    private final @Nullable Listeners listeners;
    private final boolean none;

    Surroundings(List<ContextCarrier> carriers, @Nullable Listeners listeners) {
        this.carriers = carriers.toArray(ContextCarrier[]::new);
        this.listeners = listeners;
        this.none = carriers.isEmpty() && listeners == null;
    }

    <T extends @Nullable Object> Callable<T> around(TaskOptions options, Callable<T> body) {
        return none && options.bindings() == null ? body : inside(options, body);
    }

    Runnable around(TaskOptions options, Runnable body) {
        if (none && options.bindings() == null) {
            return body;
        }
        Callable<@Nullable Void> inside = inside(options, () -> {
            body.run();
            return null;
        });
        return () -> callUnchecked(inside);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> void callUnchecked(Callable<?> body) throws X {
        try {
            body.call();
        } catch (Throwable thrown) {
            throw (X) thrown;
        }
    }

    private <T extends @Nullable Object> Callable<T> inside(TaskOptions options, Callable<T> body) {
        Callable<T> inner = body;
        ScopedValue.Carrier bindings = options.bindings();
        if (bindings != null) {
            Callable<T> bound = inner;
            inner = () -> bindings.<T, Exception>call(bound::call);
        }
        inner = carried(inner);
        return listeners == null ? inner : announced(listeners, inner);
    }

    /** Puts around a body what the carriers capture now, and nothing else. */
    <T extends @Nullable Object> Callable<T> carried(Callable<T> body) {
        Callable<T> inner = body;
        for (ContextCarrier carrier : carriers) {
            Captured captured = carrier.capture();
            if (captured != null) {
                CallableOp<T, Exception> carried = inner::call;
                inner = () -> captured.<T, Exception>call(carried);
            }
        }
        return inner;
    }

    private static <T extends @Nullable Object> Callable<T> announced(Listeners listeners, Callable<T> body) {
        return () -> {
            if (Task.current() instanceof TaskCell<?> task) {
                listeners.taskResumed(task);
            }
            return body.call();
        };
    }
}
