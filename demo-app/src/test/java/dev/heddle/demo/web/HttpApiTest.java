package dev.heddle.demo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.DocumentContext;
import com.jayway.jsonpath.JsonPath;
import dev.heddle.demo.RunningDemo;
import dev.heddle.runtime.AsyncRuntime;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

@RunningDemo
class HttpApiTest {

    private final HttpClient http = HttpClient.newHttpClient();

    @Value("${local.server.port}")
    private int port;

    @Autowired
    private AsyncRuntime runtime;

    @Value("${local.tcp-server.redis.port}")
    private int redisPort;

    @AfterEach
    void close() {
        http.close();
    }

    @Test
    void keysAreResources() throws Exception {
        assertThat(send("GET", "/api/keys/k", "").statusCode()).isEqualTo(404);
        assertThat(send("PUT", "/api/keys/k", "one").statusCode()).isEqualTo(201);
        assertThat(send("PUT", "/api/keys/k", "two").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/api/keys/k", "").body()).isEqualTo("two");
        assertThat(send("DELETE", "/api/keys/k", "").statusCode()).isEqualTo(204);
        assertThat(send("DELETE", "/api/keys/k", "").statusCode()).isEqualTo(404);
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere the machine may not have the other address
    void isNotServedOnAllAddresses() throws IOException {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.2"), port));
    }

    @Test
    void aValueIsTakenAsItIsWhateverCurlCallsIt() throws Exception {
        HttpRequest form = HttpRequest.newBuilder(uri("/api/keys/form"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(BodyPublishers.ofString("a=b"))
                .build();
        http.send(form, BodyHandlers.discarding());
        assertThat(send("GET", "/api/keys/form", "").body()).isEqualTo("a=b");
    }

    @ParameterizedTest
    @CsvSource({"ttl=50ms", "ttl=PT0.05S", "ttlMillis=50"})
    void keysEndWhenTheirTimeHasCome(String parameter) throws Exception {
        send("PUT", "/api/keys/brief?" + parameter, "v");
        await().until(() -> send("GET", "/api/keys/brief", "").statusCode() == 404);
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/keys/k?ttl=soon, 400",
        "PUT, /api/keys/k?ttl=0s, 400",
        "PUT, /api/keys/k?ttl=1s&ttlMillis=1, 400",
        "PUT, /api/keys/k?ttlMillis=-1, 400",
        "PUT, /api/keys/k?ttl=9223372036854775807s, 400",
        "PUT, /api/keys/k?ttl=-9223372036854775807s, 400",
        "PUT, /api/keys/k?ttl=9223372036854775807d, 400",
        "GET, /api/keys/missing, 404",
        "POST, /api/exercises/sleep?tasks=0, 400",
        "POST, /api/exercises/sleep?tasks=1000001, 400",
        "POST, /api/exercises/sleep?millis=-1, 400",
        "POST, /api/exercises/sleep?millis=60001, 400",
        "POST, /api/exercises/sleep?tasks=many, 400",
        "POST, /api/exercises/sleep?flavor=purple, 400",
        "POST, /api/exercises/sleep?flavor=CURRENT_THREAD, 400"
    })
    void refusesWithAProblem(String method, String path, int status) throws Exception {
        HttpResponse<String> response = send(method, path, "v");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(response.body()).contains("\"detail\"");
    }

    @Test
    void namesTheLimitThatWasExceeded() throws Exception {
        assertThat(send("POST", "/api/exercises/sleep?tasks=0", "").body()).contains("from 1 to 1000000");
        assertThat(send("PUT", "/api/keys/k?ttl=9223372036854775807s", "v").body())
                .contains("from 1 ms to 365000 days");
    }

    @Test
    void aSnapshotIsATask() throws Exception {
        HttpResponse<String> response = send("POST", "/api/snapshots", "");
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.body()).matches("\\{\"taskId\":\\d+}");
    }

    @Test
    void theExerciseTellsHowLongAllTasksTook() throws Exception {
        HttpResponse<String> response = send("POST", "/api/exercises/sleep?tasks=1000&millis=1", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .contains(
                        "\"flavor\":\"multi-thread\"",
                        "\"tasks\":1000",
                        "\"wallMillis\":",
                        "\"tasksPerSecond\":",
                        "\"ratio\":null");
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "workers")
    void theExerciseComparesTheFlavours() throws Exception {
        DocumentContext current = exercise("current-thread", 77, 1);
        assertThat(current.<String>read("flavor")).isEqualTo("current-thread");
        assertThat(current.read("ratio", Double.class)).isNull();
        assertThat(exercise("multi-thread", 77, 2).read("ratio", Double.class)).isNull();
        DocumentContext multi = exercise("multi-thread", 77, 1);
        assertThat(multi.read("ratio", Double.class))
                .isCloseTo(
                        multi.read("wallMillis", Double.class) / current.read("wallMillis", Double.class),
                        withinPercentage(0.01));
    }

    private DocumentContext exercise(String flavor, int tasks, int millis) throws Exception {
        HttpResponse<String> response =
                send("POST", "/api/exercises/sleep?flavor=%s&tasks=%d&millis=%d".formatted(flavor, tasks, millis), "");
        assertThat(response.statusCode()).isEqualTo(200);
        return JsonPath.parse(response.body());
    }

    @Test
    @EnabledIfSystemProperty(named = "heddle.test.scheduler", matches = "jdk")
    void theCurrentThreadExerciseSaysWhatItLacks() throws Exception {
        HttpResponse<String> response = send("POST", "/api/exercises/sleep?flavor=current-thread", "");
        assertThat(response.statusCode()).isEqualTo(501);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(JsonPath.parse(response.body()).<String>read("detail"))
                .contains("--add-opens java.base/java.lang=ALL-UNNAMED");
    }

    @Test
    void connectionsAreListedAsTasks() throws Exception {
        try (Socket connection = new Socket()) {
            connection.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), redisPort));
            await().untilAsserted(() -> assertThat(
                            send("GET", "/actuator/asynctasks", "").body())
                    .contains("redis-connection", "redis-accept", "key-expiry"));
        }
        await().untilAsserted(() ->
                assertThat(send("GET", "/actuator/asynctasks", "").body()).doesNotContain("redis-connection"));
    }

    @Test
    void theRuntimeShowsWorkersAndScheduler() throws Exception {
        String wanted = System.getProperty(
                "heddle.test.scheduler", runtime.metrics().scheduler().name());
        assertThat(runtime.metrics().scheduler().name()).isEqualToIgnoringCase(wanted);
        assertThat(send("GET", "/actuator/runtime", "").body()).containsIgnoringCase(wanted);
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
