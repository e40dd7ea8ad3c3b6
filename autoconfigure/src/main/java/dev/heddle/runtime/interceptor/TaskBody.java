package dev.heddle.runtime.interceptor;

import dev.heddle.runtime.time.Time;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/** What the task of an {@code @AsyncTask} call runs: the method itself, and the wait for the future that it returns. */
final class TaskBody implements Callable<@Nullable Object> {

    private final AsyncTaskDefinition definition;
    private final MethodInvocation invocation;

    /** What the method failed with; tells a {@link TimeoutException} of the method's own from that of its limit. */
    private @Nullable Throwable failure;

    TaskBody(AsyncTaskDefinition definition, MethodInvocation invocation) {
        this.definition = definition;
        this.invocation = invocation;
    }

    @Override
    public @Nullable Object call() throws Exception {
        Duration limit = definition.timeout();
        if (limit == null) {
            return invoke();
        }
        try {
            return Time.<@Nullable Object, Exception>timeout(limit, this::invoke);
        } catch (TimeoutException ex) {
            throw ex.equals(failure) ? ex : timeoutException(limit, ex);
        }
    }

    private @Nullable Object invoke() throws Exception {
        try {
            return await(invocation.proceed());
        } catch (Throwable thrown) {
            failure = thrown;
            throw TaskBody.<RuntimeException>asThrown(thrown);
        }
    }

    private static @Nullable Object await(@Nullable Object returned) throws Throwable {
        return switch (returned) {
            // First, since a minimal stage is a Future as well, whose get() is not supported.
            case CompletionStage<?> stage -> get(stage.toCompletableFuture());
            case Future<?> future -> get(future);
            case null, default -> returned;
        };
    }

    private static @Nullable Object get(Future<?> future) throws Throwable {
        try {
            return future.get();
        } catch (InterruptedException ex) {
            // The task is aborted or out of time; nobody else is there to stop what it waits for.
            future.cancel(true);
            throw ex;
        } catch (ExecutionException ex) {
            Throwable cause = ex.getCause();
            throw cause != null ? cause : ex;
        }
    }

    private TimeoutException timeoutException(Duration limit, TimeoutException ex) {
        TimeoutException named = new TimeoutException(
                "Task '" + definition.name() + "' did not end within " + DurationStyle.SIMPLE.print(limit));
        named.initCause(ex.getCause());
        return named;
    }

    /** Throws as it is what a {@link Callable} may not declare. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> X asThrown(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
