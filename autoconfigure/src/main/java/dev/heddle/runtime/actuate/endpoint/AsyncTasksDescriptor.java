package dev.heddle.runtime.actuate.endpoint;

import java.util.List;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * Live tasks, as the {@link AsyncTasksEndpoint} lists them.
 *
 * @param total how many tasks match the query; more than are listed when the limit cut the list off
 * @param tasks the tasks, oldest first
 */
public record AsyncTasksDescriptor(int total, List<AsyncTaskDescriptor> tasks) implements OperationResponseBody {}
