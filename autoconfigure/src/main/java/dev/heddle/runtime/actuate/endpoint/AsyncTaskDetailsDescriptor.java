package dev.heddle.runtime.actuate.endpoint;

import dev.heddle.runtime.metrics.TaskSnapshot;
import java.util.List;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A live task with its stack.
 *
 * @param task the task
 * @param stack its frames, innermost first, as a stack trace prints them; empty when it has not begun
 */
public record AsyncTaskDetailsDescriptor(AsyncTaskDescriptor task, List<String> stack)
        implements OperationResponseBody {

    static AsyncTaskDetailsDescriptor of(TaskSnapshot snapshot) {
        return new AsyncTaskDetailsDescriptor(
                AsyncTaskDescriptor.of(snapshot),
                snapshot.stack().stream().map(StackTraceElement::toString).toList());
    }
}
