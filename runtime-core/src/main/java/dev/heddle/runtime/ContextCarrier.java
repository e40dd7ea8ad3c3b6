package dev.heddle.runtime;

import java.lang.ScopedValue.CallableOp;
import org.jspecify.annotations.Nullable;

/**
 * Takes something of the surroundings of a spawn along to the task: the scoped values, a logging context, a trace. Given to
 * {@link AsyncRuntimeBuilder#contextCarrier}; a runtime may have several.
 *
 * {@snippet class="dev.heddle.runtime.examples.ContextExamples" region="carrier"}
 */
@FunctionalInterface
public interface ContextCarrier {

    /**
     * Captures what is to be carried. Called at each spawn, and each {@code blockOn}, on the thread that makes it, so it should
     * be quick; on the JDK's scheduler also at each {@code blockInPlace}, whose body runs on another thread. What it throws, the
     * spawn throws.
     *
     * @return {@code null} if there is nothing to carry
     */
    @Nullable
    Captured capture();

    /** What was captured at one spawn. */
    interface Captured {

        /**
         * Runs a body with the captured surroundings around it, and takes them away again. Called once, on the thread of the
         * task, around its body. What it throws counts as thrown by the body.
         *
         * @param body what to run, once
         * @param <T> the type of its result
         * @param <X> what it throws
         * @return the result of the body
         * @throws X what the body threw
         */
        <T extends @Nullable Object, X extends Throwable> T call(CallableOp<? extends T, X> body) throws X;
    }

    /**
     * Returns a carrier of scoped values: those of the given ones that are bound where a task is spawned are bound to the same
     * values in the task.
     *
     * @param values what to carry
     */
    static ContextCarrier ofScopedValues(ScopedValue<?>... values) {
        return new ScopedValuesCarrier(values);
    }
}
