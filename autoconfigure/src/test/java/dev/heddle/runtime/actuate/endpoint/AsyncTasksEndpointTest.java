package dev.heddle.runtime.actuate.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.metrics.TaskKind;
import dev.heddle.runtime.metrics.TaskState;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** Tests for {@link AsyncTasksEndpoint} and {@link AsyncTasksEndpointWebExtension}. */
@Timeout(60)
class AsyncTasksEndpointTest {

    private final AsyncRuntime runtime =
            AsyncRuntime.newMultiThread().name("tasks").workerThreads(2).build();
    private final AsyncTasksEndpoint endpoint = new AsyncTasksEndpoint(runtime);
    private final CountDownLatch release = new CountDownLatch(1);
    private final JoinHandle<String> mail = runtime.spawn(TaskOptions.named("send-mail"), this::waitForRelease);
    private final JoinHandle<String> file =
            runtime.spawnBlocking(TaskOptions.named("write-file"), this::waitForRelease);

    @BeforeEach
    void awaitTasks() {
        await().until(() -> runtime.tasks().stream().allMatch(task -> task.state() == TaskState.WAITING));
    }

    @AfterEach
    void close() {
        runtime.shutdown(Duration.ZERO);
    }

    @Test
    void tasks_listsAll_oldestFirst() {
        AsyncTasksDescriptor tasks = endpoint.tasks(null, null, null, null);
        assertThat(tasks.total()).isEqualTo(2);
        assertThat(tasks.tasks()).extracting(AsyncTaskDescriptor::name).containsExactly("send-mail", "write-file");
        assertThat(tasks.tasks()).first().satisfies(task -> {
            assertThat(task.id()).isEqualTo(mail.id().value());
            assertThat(task.kind()).isEqualTo("async");
            assertThat(task.state()).isEqualTo("waiting");
            assertThat(task.waitingOn()).startsWith("java.util.concurrent.CountDownLatch");
            assertThat(task.age()).isPositive();
        });
    }

    @Test
    void tasks_canBeFiltered() {
        assertThat(names("mail", null, null)).containsExactly("send-mail");
        assertThat(names(null, TaskState.WAITING, null)).hasSize(2);
        assertThat(names(null, TaskState.QUEUED, null)).isEmpty();
        assertThat(names(null, null, TaskKind.BLOCKING)).containsExactly("write-file");
        assertThat(names("mail", null, TaskKind.BLOCKING)).isEmpty();
    }

    @Test
    void tasks_withAnEmptyName_areThoseWithoutANameToo() {
        runtime.spawn(this::waitForRelease);
        assertThat(names(null, null, null)).hasSize(3);
        assertThat(names("", null, null)).hasSize(3);
    }

    @Test
    void tasks_beyondTheLimit_areCounted() {
        AsyncTasksDescriptor tasks = endpoint.tasks(null, null, null, 1);
        assertThat(tasks.total()).isEqualTo(2);
        assertThat(tasks.tasks()).hasSize(1);
    }

    @Test
    void tasks_withANegativeLimit_isABadRequest() {
        assertThatExceptionOfType(InvalidEndpointRequestException.class)
                .isThrownBy(() -> endpoint.tasks(null, null, null, -1));
    }

    @Test
    void task_hasItsStack() {
        assertThat(endpoint.task(mail.id().value())).isNotNull().satisfies(details -> {
            assertThat(details.task().name()).isEqualTo("send-mail");
            assertThat(details.stack()).anyMatch(frame -> frame.contains("waitForRelease"));
        });
    }

    @Test
    void task_thatDoesNotLive_isNull() {
        release.countDown();
        mail.join();
        assertThat(endpoint.task(mail.id().value())).isNull();
    }

    @Test
    void abort_endsTheTask() {
        assertThat(endpoint.abort(mail.id().value())).isTrue();
        await().until(mail::isCancelled);
        assertThat(endpoint.abort(mail.id().value())).isFalse();
    }

    @Test
    void abort_overTheWeb_isAStatus() {
        AsyncTasksEndpointWebExtension extension = new AsyncTasksEndpointWebExtension(endpoint);
        assertThat(extension.abort(file.id().value()).getStatus()).isEqualTo(WebEndpointResponse.STATUS_NO_CONTENT);
        assertThat(extension.abort(Long.MAX_VALUE).getStatus()).isEqualTo(WebEndpointResponse.STATUS_NOT_FOUND);
    }

    private List<String> names(String name, TaskState state, TaskKind kind) {
        return endpoint.tasks(name, state, kind, null).tasks().stream()
                .map(AsyncTaskDescriptor::name)
                .toList();
    }

    private String waitForRelease() throws InterruptedException {
        release.await();
        return "";
    }
}
