package dev.heddle.runtime.autoconfigure.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.heddle.runtime.AsyncRuntime;
import dev.heddle.runtime.task.JoinHandle;
import dev.heddle.runtime.task.TaskOptions;
import dev.heddle.runtime.time.Time;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** Tests for the endpoints as HTTP and JSON, in an application where Boot finds the auto-configurations by itself. */
@Timeout(60)
@AutoConfigureMockMvc
@SpringBootTest(
        properties = {
            "management.endpoints.web.exposure.include=runtime,asynctasks",
            "heddle.name=http",
            "heddle.worker-threads=2"
        })
class EndpointsOverHttpTest {

    private static final String TASKS = "/actuator/asynctasks";

    @Autowired
    private MockMvcTester mvc;

    @Autowired
    private AsyncRuntime runtime;

    private JoinHandle<String> mail;

    @BeforeEach
    void spawn() {
        mail = runtime.spawn(TaskOptions.named("send-mail"), () -> {
            Time.sleep(Duration.ofHours(1));
            return "";
        });
        await().until(() -> runtime.task(mail.id()).orElseThrow().waitingOn() != null);
    }

    @AfterEach
    void abort() {
        mail.abort();
        await().until(() -> runtime.tasks().isEmpty());
    }

    @Test
    void runtime_isJson() {
        assertThat(mvc.get().uri("/actuator/runtime")).hasStatusOk().bodyJson().satisfies(json -> {
            assertThat(json).extractingPath("$.name").isEqualTo("http");
            assertThat(json).extractingPath("$.state").isEqualTo("running");
            assertThat(json).extractingPath("$.scheduler").asString().isIn("workers", "jdk");
            assertThat(json).extractingPath("$.driver").asString().isNotEmpty();
            assertThat(json).extractingPath("$.tasks.live").isEqualTo(1);
            assertThat(json).extractingPath("$.armedTimers").isNotEqualTo(0);
            assertThat(json).extractingPath("$.blocking.maxThreads").isEqualTo(512);
            assertThat(json).doesNotHavePath("$.blocking.queueCapacity");
        });
    }

    @Test
    void tasks_areJson() {
        assertThat(mvc.get().uri(TASKS)).hasStatusOk().bodyJson().satisfies(json -> {
            assertThat(json).extractingPath("$.total").isEqualTo(1);
            assertThat(json).extractingPath("$.tasks[0].name").isEqualTo("send-mail");
            assertThat(json).extractingPath("$.tasks[0].kind").isEqualTo("async");
            assertThat(json).extractingPath("$.tasks[0].state").isEqualTo("waiting");
            assertThat(json).extractingPath("$.tasks[0].age").asString().startsWith("PT");
            assertThat(json).doesNotHavePath("$.tasks[0].stack");
        });
    }

    @Test
    void tasks_areFilteredByTheWordsThatTheyShow() {
        assertThat(mvc.get().uri(TASKS + "?name=mail&state=waiting&kind=async&limit=0"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"total\":1,\"tasks\":[]}");
        assertThat(mvc.get().uri(TASKS + "?kind=block-on"))
                .bodyJson()
                .extractingPath("$.total")
                .isEqualTo(0);
    }

    @Test
    void tasks_withABadQuery_isABadRequest() {
        assertThat(mvc.get().uri(TASKS + "?state=dozing")).hasStatus(400);
        assertThat(mvc.get().uri(TASKS + "?limit=-1")).hasStatus(400);
    }

    @Test
    void task_showsItsStack() {
        assertThat(mvc.get().uri(TASKS + "/" + mail.id()))
                .hasStatusOk()
                .bodyJson()
                .satisfies(json -> {
                    assertThat(json).extractingPath("$.task.id").isEqualTo((int)
                            mail.id().value());
                    assertThat(json)
                            .extractingPath("$.stack")
                            .asArray()
                            .anyMatch(frame -> frame.toString().contains(Time.class.getName() + ".sleep"));
                });
    }

    @Test
    void task_unknown_isNotFound() {
        assertThat(mvc.get().uri(TASKS + "/9999999")).hasStatus(404);
        assertThat(mvc.get().uri(TASKS + "/abc")).hasStatus(400);
    }

    @Test
    void abort_byDefault_isNotAllowed() {
        assertThat(mvc.delete().uri(TASKS + "/" + mail.id())).hasStatus(405);
        assertThat(mail.isFinished()).isFalse();
    }

    @Nested
    @TestPropertySource(properties = "management.endpoint.asynctasks.access=unrestricted")
    class Unrestricted {

        @Test
        void abort_endsTheTask() {
            assertThat(mvc.delete().uri(TASKS + "/" + mail.id())).hasStatus(204);
            await().until(mail::isCancelled);
            assertThat(mvc.delete().uri(TASKS + "/" + mail.id())).hasStatus(404);
        }
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    static class Application {}
}
