package dev.heddle.runtime.actuate.endpoint;

import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/** {@link EndpointWebExtension} of the {@link AsyncTasksEndpoint}, which answers an abort by its HTTP status. */
@EndpointWebExtension(endpoint = AsyncTasksEndpoint.class)
public class AsyncTasksEndpointWebExtension {

    private final AsyncTasksEndpoint delegate;

    /**
     * Makes the extension of an endpoint.
     *
     * @param delegate the endpoint
     */
    public AsyncTasksEndpointWebExtension(AsyncTasksEndpoint delegate) {
        this.delegate = delegate;
    }

    /**
     * Aborts a task.
     *
     * @param id the task's id
     * @return 204 when the task was asked to end, 404 when no live task has the id
     */
    @DeleteOperation
    public WebEndpointResponse<Void> abort(@Selector long id) {
        return new WebEndpointResponse<>(
                delegate.abort(id) ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
