package dev.heddle.runtime.examples;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.ContextCarrier;
import dev.heddle.runtime.RuntimeListener;
import dev.heddle.runtime.task.Task;
import java.lang.ScopedValue.CallableOp;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What goes with a task, and who is told of it. */
final class ContextExamples {

    private ContextExamples() {}

    static final ScopedValue<String> TENANT = ScopedValue.newInstance();

    // @start region="carrier"
    /** Takes the name of the request along, which a library keeps in a thread-local. */
    static final class RequestNameCarrier implements ContextCarrier {

        static final ThreadLocal<@Nullable String> REQUEST = new ThreadLocal<>();

        @Override
        public @Nullable Captured capture() {
            String request = REQUEST.get();
            return request == null ? null : new CapturedName(request);
        }

        record CapturedName(String request) implements Captured {

            @Override
            public <T extends @Nullable Object, X extends Throwable> T call(CallableOp<? extends T, X> body) throws X {
                REQUEST.set(request);
                try {
                    return body.call();
                } finally {
                    REQUEST.remove();
                }
            }
        }
    }

    static AsyncRuntime runtimeThatCarries() {
        return AsyncRuntime.newMultiThread()
                .contextCarrier(new RequestNameCarrier())
                .contextCarrier(ContextCarrier.ofScopedValues(TENANT))
                .build();
    }
    // @end

    // @start region="listener"
    static final class SuspensionCounter implements RuntimeListener {

        final LongAdder suspensions = new LongAdder();

        @Override
        public void taskSuspended(Task task) {
            suspensions.increment();
        }
    }

    static AsyncRuntime runtimeThatCounts(SuspensionCounter counter) {
        return AsyncRuntime.newMultiThread().listener(counter).build();
    }
    // @end
}
